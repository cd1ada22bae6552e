"""Verbs of learning."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.actions import record
from marketplace.learning import rules
from marketplace.learning.models import State, TrainingRun
from marketplace.learning.training import Trained
from marketplace.web.hints import hint
from marketplace.web.verdicts import Refused, require
from matching import ranker
from matching.models import RankerVersion

RENEW = "marketplace.pairing.tasks.renew_matches"
TRAIN = "marketplace.learning.tasks.train_asked"


@transaction.atomic
def ask_training(*, actor: User) -> TrainingRun:
    """Ask for a training; the worker takes it up after commit. One at a time."""
    require(rules.may_run(actor))
    if TrainingRun.objects.select_for_update().going().exists():
        raise Refused(_("已经有一次训练在进行，请等它结束。"))
    run = TrainingRun.objects.create(asked_by=actor)
    record(actor=actor, verb="learning.ask", target=run)
    hint(TRAIN)
    return run


@transaction.atomic
def take_run(*, at: datetime | None = None) -> TrainingRun | None:
    """For a worker: the oldest training that is due, now its own; None when there is none."""
    at = at or timezone.now()
    run = TrainingRun.objects.due(at=at).select_for_update(skip_locked=True).first()
    if run is None:
        return None
    run.state, run.stage, run.done, run.total = State.RUNNING, "", 0, 0
    run.attempt, run.heartbeat_at = run.attempt + 1, at
    run.save()
    return run


def tell_progress(*, run: TrainingRun, stage: str, done: int, total: int) -> None:
    """How far it is; also the sign of life. One row is changed, or none when another worker has taken it over."""
    TrainingRun.objects.filter(pk=run.pk, attempt=run.attempt).update(
        stage=stage, done=done, total=total, heartbeat_at=timezone.now()
    )


@transaction.atomic
def finish_run(*, run: TrainingRun, trained: Trained) -> RankerVersion | None:
    """Keep the record, install what is better; None when another worker has taken the training over."""
    mine = TrainingRun.objects.select_for_update().filter(pk=run.pk, attempt=run.attempt, state=State.RUNNING).first()
    if mine is None:
        return None
    version = keep_trained(actor=mine.asked_by, trained=trained)
    mine.state, mine.version, mine.ended_at = State.DONE, version, timezone.now()
    mine.save()
    return version


@transaction.atomic
def fail_run(*, run: TrainingRun, error: str) -> None:
    """It could not be done; the page says so."""
    TrainingRun.objects.filter(pk=run.pk, attempt=run.attempt, state=State.RUNNING).update(
        state=State.FAILED, error=error[:300], ended_at=timezone.now()
    )


@transaction.atomic
def keep_trained(*, actor: User | None, trained: Trained) -> RankerVersion:
    """Write the record of a training, and let its weights stand if they are better. `actor` is None for the command.

    Weights that were compared with others than those that stand by now are kept, and not installed.
    """
    outcome = trained.comparison.outcome
    if outcome == "installed" and ranker.standing_weights().fingerprint != trained.standing.fingerprint:
        outcome = "not_better"
    version = RankerVersion.objects.create(
        weights=trained.weights.as_json(),
        fingerprint=trained.weights.fingerprint,
        counts=trained.counts,
        figures=trained.comparison.as_json(),
        margin=trained.comparison.margin,
        outcome=outcome,
        replaced=trained.standing.fingerprint,
        trained_by=actor,
    )
    record(actor=actor, verb="learning.train", target=version, detail={"outcome": outcome})
    if outcome == "installed":
        _install(version)
    return version


@transaction.atomic
def install_version(*, actor: User, version: RankerVersion | None) -> None:
    """Let a version rank, or (None) the weights that came with the code; every match is renewed by the worker."""
    before = ranker.standing_version()
    require(rules.may_install(actor, version))
    _install(version)
    target = version or before
    if target is not None:  # one of the two is a version: from the file to the file was refused
        detail = {"from": before.pk if before else "file", "to": version.pk if version else "file"}
        record(actor=actor, verb="learning.install", target=target, detail=detail)


def _install(version: RankerVersion | None) -> None:
    ranker.install(version)
    hint(RENEW)
