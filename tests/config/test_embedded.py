"""The embedded services: shared, stopped by the last, started again after being killed."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
HOLD = (
    "import sys, time\nfrom config.embedded import using_services\n"
    "with using_services():\n    print('up', flush=True)\n    sys.stdin.read()\n"
)


def _holder(folder: Path) -> "subprocess.Popen[str]":
    environment = {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": "", "REDIS_URL": ""}
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def _services(folder: Path) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
            except OSError:
                continue
            if (
                str(folder) in command
                and ("postgres" in command or "valkey-server" in command)
                and "-c import" not in command
            ):
                found.append(int(entry.name))
    return found


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    for parent in tmp_path.parents:  # the user that runs PostgreSQL must get through
        if parent.stat().st_uid == os.getuid():
            parent.chmod(parent.stat().st_mode | 0o011)
    return tmp_path / "data"


def test_shared_and_stopped_by_the_last(folder: Path) -> None:
    first, second = _holder(folder), _holder(folder)
    assert _services(folder)
    first.communicate("")
    assert _services(folder)
    second.communicate("")
    assert _services(folder) == []


def test_starts_again_after_everything_was_killed(folder: Path) -> None:
    holder = _holder(folder)
    holder.kill()
    for pid in _services(folder):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 20
    while _services(folder) and time.monotonic() < until:
        time.sleep(0.1)
    holder.wait()
    again = _holder(folder)
    again.communicate("")
    assert _services(folder) == []


def test_a_taken_port_is_said_clearly(folder: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment = {**os.environ, "DATA_DIR": str(folder), "PORT": str(port)}
        done = subprocess.run(
            [sys.executable, "-m", "config.run"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stdout
