"""Keeps the gaps in line with the matches."""

from celery import shared_task

from marketplace.gaps.actions import follow_market


@shared_task
def renew_gaps() -> int:
    """Every minute: what is new, what is answered, what is gone."""
    return follow_market()
