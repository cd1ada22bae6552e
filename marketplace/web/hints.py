"""Hints to the worker. PostgreSQL is the truth: a hint that is lost only costs the time until the next sweep."""

from functools import partial

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def hint(task: str, **kwargs: int | str) -> None:
    """After commit, ask for the task of that dotted name to run soon.

    Lower apps name tasks of higher ones here instead of importing them. A broker that is down is logged and
    forgiven, because the periodic sweep finds the same work by query.
    """
    transaction.on_commit(partial(_send, task, kwargs))


def _send(task: str, kwargs: dict[str, int | str]) -> None:
    try:
        current_app.send_task(task, kwargs=kwargs, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("hint_lost", task=task, error=str(error))
