"""Plans events in the background."""

from celery import shared_task

from marketplace.events.planning import make_owed_plans


@shared_task
def make_plans() -> int:
    """Runs on a hint, and every half minute for what a lost hint left behind."""
    return make_owed_plans()
