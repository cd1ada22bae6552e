"""What the clock does to opportunities."""

from celery import shared_task

from marketplace.scenarios.actions import end_overdue


@shared_task
def end_overdue_scenarios() -> int:
    """Every few minutes: close or expire what is past its deadline."""
    return end_overdue()
