"""Keeps matches up to date."""

from threading import Lock

from celery import shared_task

from marketplace.pairing.advice import answer_waiting
from marketplace.pairing.fairness import renew_prices, try_owed_policies
from marketplace.pairing.feed import feed_changes, renew_all
from marketplace.pairing.meaning import answer_question
from marketplace.pairing.prints import renew_prints
from matching.encoding import warm_encoder

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


@shared_task
def print_texts() -> int:
    """Every half minute: what near-duplicates are found by follows the texts."""
    return renew_prints()


@shared_task
def compare_meaning(token: str) -> int:
    """Runs on a hint of a page that asks for texts that say the same in other words."""
    return answer_question(token, warm_encoder())


@shared_task
def answer_advice() -> int:
    """Runs on a hint, and every half minute for what a lost hint left behind."""
    feed_changes()
    return answer_waiting(warm_encoder())


@shared_task
def try_policies() -> int:
    """Runs on a hint, and every half minute for what a lost hint left behind; renews the standing one's prices."""
    return try_owed_policies() + renew_prices()
