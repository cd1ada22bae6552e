"""Keeps matches up to date."""

from celery import shared_task

from marketplace.pairing.advice import answer_waiting
from marketplace.pairing.feed import feed_changes
from matching.encoding import warm_encoder
from matching.refresh import renew


@shared_task
def renew_matches() -> int:
    """Runs on a hint, and every half minute for what a lost hint left behind."""
    feed_changes()
    return renew(warm_encoder()).matched


@shared_task
def answer_advice() -> int:
    """Runs on a hint, and every half minute for what a lost hint left behind."""
    feed_changes()
    return answer_waiting(warm_encoder())
