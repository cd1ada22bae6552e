"""Keeps matches up to date."""

from celery import shared_task

from marketplace.pairing.feed import feed_changes
from marketplace.pairing.meaning import answer_question
from marketplace.pairing.prints import renew_prints
from matching.encoding import warm_encoder
from matching.refresh import renew


@shared_task
def renew_matches() -> int:
    """Runs on a hint, and every half minute for what a lost hint left behind."""
    feed_changes()
    return renew(warm_encoder()).matched


@shared_task
def print_texts() -> int:
    """Every half minute: what near-duplicates are found by follows the texts."""
    return renew_prints()


@shared_task
def compare_meaning(token: str) -> int:
    """Runs on a hint of a page that asks for texts that say the same in other words."""
    return answer_question(token, warm_encoder())
