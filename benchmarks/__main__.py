"""`python -m benchmarks` lists them; `python -m benchmarks NAME` runs one and exits 1 when a figure falls short."""

import os
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import benchmarks

PARTS = ("report", "application", "contest", "markets", "pgvector_peer")  # what they share; not benchmarks themselves


def names() -> list[str]:
    """The benchmarks there are."""
    modules = (module.name for module in iter_modules(benchmarks.__path__))
    return sorted(name for name in modules if not name.startswith("_") and name not in PARTS)


def main() -> int:
    """List, or run one."""
    if len(sys.argv) < 2 or sys.argv[1] not in names():
        for name in names():
            doc = (import_module(f"benchmarks.{name}").__doc__ or "").strip().splitlines()[0]
            print(f"  {name:<18} {doc}")
        return 0 if len(sys.argv) < 2 else 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    _set_apart()
    from config.embedded import using_services

    with using_services():
        return int(import_module(f"benchmarks.{sys.argv[1]}").run())


def _set_apart() -> None:
    """A data folder beside the installation's, so that nothing of it is touched; the model is shared."""
    data = Path(os.environ.get("DATA_DIR", "var")).resolve()
    os.environ["DATA_DIR"] = str(data / "bench")
    os.environ["NO_RATE_LIMITS"] = "true"
    os.environ["EMAIL_URL"] = "dummymail://"
    os.environ.setdefault("EMBEDDING_MODEL", str(data / "models" / "multilingual-e5-small"))


if __name__ == "__main__":
    sys.exit(main())
