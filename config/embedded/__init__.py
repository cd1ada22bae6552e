"""PostgreSQL and Valkey from wheels, for machines that have neither.

They listen on Unix sockets only and keep their data under DATA_DIR. Every process that needs them holds a shared
lock on `run/users.lock`; whoever leaves last finds nobody else holding it and stops them. Locks vanish with their
process, however it died, and a keeper that waits for the same lock stops the services when the last user was killed
outright; so nothing has to be tidied up after a `kill -9`.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

from config.embedded import keeper, postgresql, valkey
from config.embedded.folders import RUN_DIR, ServiceError, make_folders
from config.environment import DATABASE_URL, REDIS_URL

__all__ = ["ServiceError", "using_services"]


@contextmanager
def using_services() -> Iterator[None]:
    """Start what is not external and not running yet; stop it again if nobody else uses it at the end.

    Raises ServiceError when a service does not start.
    """
    if DATABASE_URL and REDIS_URL:
        yield
        return
    make_folders()
    with (RUN_DIR / "users.lock").open("w") as users:
        try:
            with _alone():
                fcntl.flock(users, fcntl.LOCK_SH)
                _start()
            yield
        finally:
            with _alone():
                if _last(users):
                    _stop()


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time starts or stops services."""
    with (RUN_DIR / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _last(users: IO[str]) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _start() -> None:
    keeper.start()
    if not DATABASE_URL:
        postgresql.start()
    if not REDIS_URL:
        valkey.start()


def _stop() -> None:
    if not REDIS_URL:
        valkey.stop()
    if not DATABASE_URL:
        postgresql.stop()
    keeper.stop()
