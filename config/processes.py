"""What a program must know about other processes of this machine."""

import ctypes
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def runs(pid: int, *marks: str) -> bool:
    """Whether that process lives and its command line holds all of these marks.

    A number alone proves nothing: after a crash it may have become another program's. A zombie does not live.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        command = "\0".join(process.cmdline())
    except psutil.Error:
        return False
    return all(mark in command for mark in marks)


def pid_in(path: Path) -> int | None:
    """The process number on a pid file's first line; None when there is none to read."""
    with suppress(OSError, ValueError, IndexError):
        return int(path.read_text().splitlines()[0])
    return None


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Look until it is done; False when it is not within that time."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def die_with_parent() -> None:
    """Have Linux end this process when the one that started it ends, even by `kill -9`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
