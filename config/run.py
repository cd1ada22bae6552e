"""Starts the whole application on this machine: services, web, worker and clock; stops all of it on Ctrl-C.

Usage: python -m config.run
"""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from types import FrameType

from config.embedded import using_services
from config.environment import BASE_DIR, PORT
from config.processes import die_with_parent

PATIENCE = 15.0  # seconds that a process has to finish what it does
# What works in the background is started again when it dies, and yields the processors to the web.
BACKGROUND = ("worker", "beat")
NICENESS = 10
DEATHS, WITHIN = 5, 60.0  # so many deaths in so many seconds: something is wrong that starting again does not mend


def commands() -> dict[str, list[str]]:
    """The processes, by name."""
    python = sys.executable
    celery = [python, "-m", "celery", "--quiet", "-A", "config"]
    return {
        "web": [
            python,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            os.environ.get("HOST", "127.0.0.1"),
            "--port",
            str(PORT),
            "--workers",
            os.environ.get("WEB_WORKERS", "2"),
            "--blocking-threads",
            "4",
            "--no-access-log",
            "--log-level",
            "warning",
            "config.wsgi:application",
        ],
        "worker": [
            *celery,
            "worker",
            "--pool",
            "threads",
            "--concurrency",
            "2",
            "--loglevel",
            "WARNING",
            "--without-gossip",
            "--without-mingle",
        ],
        "beat": [*celery, "beat", "--loglevel", "WARNING"],
    }


def port_is_free(port: int) -> bool:
    """Whether nobody listens there yet."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def main() -> int:
    """Run until Ctrl-C or until a process ends; returns the exit code."""
    if not port_is_free(PORT):
        print(f"Port {PORT} is taken by another program. Stop it, or choose another: make run PORT=8001", flush=True)
        return 1
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # the terminal may close without Ctrl-C
        signal.signal(number, _interrupt)
    with using_services():
        # A line printed by the demonstration names the accounts; it needs no database.
        from marketplace.demo.accounts import lines  # noqa: PLC0415

        processes = {name: _start(name) for name in commands()}
        try:
            _wait_until_up(processes)
            print(f"\n  场景大市场 Scenario Marketplace   http://localhost:{PORT}\n", flush=True)
            print("\n".join(f"  {line}" for line in lines()), flush=True)
            print("\n  Ctrl-C stops everything.\n", flush=True)
            return _watch(processes)
        except KeyboardInterrupt:
            return 0
        finally:
            _stop(processes)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _start(name: str) -> "subprocess.Popen[bytes]":
    # Each in a session of its own: Ctrl-C reaches only us, and we stop them in order.
    return subprocess.Popen(
        commands()[name],
        cwd=BASE_DIR,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_yield_and_die if name in BACKGROUND else die_with_parent,  # noqa: PLW1509  # one thread here
    )


def _yield_and_die() -> None:
    os.nice(NICENESS)
    die_with_parent()


def _wait_until_up(processes: "dict[str, subprocess.Popen[bytes]]") -> None:
    # Not /healthz: that answers only when the worker has loaded its model, and pages are there long before.
    until = time.monotonic() + 60
    while time.monotonic() < until and all(process.poll() is None for process in processes.values()):
        with suppress(OSError), socket.create_connection(("127.0.0.1", PORT), timeout=5):
            return
        time.sleep(0.1)


def _watch(processes: "dict[str, subprocess.Popen[bytes]]") -> int:
    deaths: list[float] = []
    while True:
        for name, process in list(processes.items()):
            if process.poll() is None:
                continue
            deaths = [at for at in deaths if at > time.monotonic() - WITHIN] + [time.monotonic()]
            if name not in BACKGROUND or len(deaths) > DEATHS:
                print(f"{name} ended with code {process.returncode}; stopping the others.", flush=True)
                return 1
            print(f"{name} ended with code {process.returncode}; starting it again.", flush=True)
            processes[name] = _start(name)
        time.sleep(0.5)


def _stop(processes: "dict[str, subprocess.Popen[bytes]]") -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for process in processes.values():
        _signal(process, signal.SIGTERM)
    until = time.monotonic() + PATIENCE
    for process in processes.values():
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            _signal(process, signal.SIGKILL)
            process.wait()


def _signal(process: "subprocess.Popen[bytes]", number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


if __name__ == "__main__":
    sys.exit(main())
