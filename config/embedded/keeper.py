"""Stops the embedded services when all who used them were killed outright and could not do it themselves.

It is run as a file, with the standard library alone, so that it costs little: keeper.py RUN_DIR PID_FILE...
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

PATIENCE = 60.0


def start() -> None:
    """Start the keeper of this data folder unless it runs."""
    from config.embedded import postgresql, valkey  # noqa: PLC0415  # not when run as a file
    from config.embedded.folders import RUN_DIR  # noqa: PLC0415
    from config.processes import pid_in, runs  # noqa: PLC0415

    pid = pid_in(RUN_DIR / "keeper.pid")
    if pid is not None and runs(pid, __file__, str(RUN_DIR)):
        return
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", __file__, str(RUN_DIR), str(valkey.PID), str(postgresql.DATA / "postmaster.pid")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
    )
    (RUN_DIR / "keeper.pid").write_text(str(process.pid))
    process.returncode = 0  # it outlives us when others still use the services


def stop() -> None:
    """The services are stopped in good order; the keeper has nothing left to keep."""
    from config.embedded.folders import RUN_DIR  # noqa: PLC0415
    from config.processes import pid_in, runs, wait_until  # noqa: PLC0415

    pid = pid_in(RUN_DIR / "keeper.pid")
    if pid is not None and runs(pid, __file__, str(RUN_DIR)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not runs(pid, __file__), PATIENCE)


def keep(run: Path, pid_files: list[Path]) -> None:
    """Wait until nobody uses the services, then stop what still runs."""
    with (run / "users.lock").open("w") as users:
        while True:
            fcntl.flock(users, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_UN)
            with (run / "start.lock").open("w") as alone:
                fcntl.flock(alone, fcntl.LOCK_EX)
                with suppress(BlockingIOError):  # somebody came in between
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    for path in pid_files:
                        _end(path)
                    (run / "keeper.pid").unlink(missing_ok=True)
                    return


def _end(path: Path) -> None:
    """Ask the service that wrote this pid file to stop: SIGINT is PostgreSQL's fast way, and Valkey takes it too."""
    with suppress(OSError, ValueError, IndexError):
        pid = int(path.read_text().splitlines()[0])
        if b"postgres" in (command := _command(pid)) or b"valkey" in command:
            os.kill(pid, signal.SIGINT)
            until = time.monotonic() + PATIENCE
            while _command(pid) and time.monotonic() < until:
                time.sleep(0.05)


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    # Where there is no /proc, ps knows.
    done = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)
    return done.stdout


if __name__ == "__main__":
    keep(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
