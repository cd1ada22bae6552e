"""What the clock does to applications."""

from celery import shared_task

from marketplace.applications.actions import finish_notices


@shared_task
def finish_due_notices() -> int:
    """Every few minutes: choices whose notice ran out become final."""
    return finish_notices()
