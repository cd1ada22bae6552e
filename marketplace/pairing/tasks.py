"""Keeps matches up to date."""

from threading import Lock

from celery import shared_task

from marketplace.pairing.feed import renew_all

_renewing = Lock()


@shared_task
def renew_matches() -> int:
    """Runs on a hint, and every half minute for what a lost hint left behind, until nothing is stale.

    One thread of a worker at a time: the others are for mail and whatever else waits.
    """
    if not _renewing.acquire(blocking=False):
        return 0
    try:
        return renew_all(lambda _total: None)
    finally:
        _renewing.release()
