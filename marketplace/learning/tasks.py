"""Learning in the worker."""

import structlog
from celery import shared_task

from marketplace.learning import actions
from marketplace.learning.noting import note_all
from marketplace.learning.training import collections_of_installation, train
from matching.encoding import warm_encoder

log = structlog.get_logger(__name__)


@shared_task
def note_training_pairs() -> int:
    """Every few minutes: what people did since."""
    return note_all()


@shared_task
def train_asked() -> bool:
    """On a hint, and every minute: a training that waits, or that a killed worker left."""
    run = actions.take_run()
    if run is None:
        return False
    try:
        note_all()
        trained = train(
            warm_encoder(),
            collections_of_installation(),
            tell=lambda stage, done, total: actions.tell_progress(run=run, stage=stage, done=done, total=total),
        )
        actions.finish_run(run=run, trained=trained)
    except Exception as error:  # whatever it was, the page must say that it ended
        log.exception("training_failed", run=run.pk)
        actions.fail_run(run=run, error=str(error))
    return True
