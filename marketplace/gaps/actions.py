"""Verbs of gaps: the clock follows the market, companies follow gaps."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.audit.actions import record
from marketplace.gaps import rules
from marketplace.gaps.market import computed, unanswered, unmet_by
from marketplace.gaps.models import PATHS, Follow, Gap, Waiting
from marketplace.notifications.actions import tell
from marketplace.organisations.models import Organisation
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import Requirement
from marketplace.web.verdicts import require


@transaction.atomic
def follow(*, actor: User, gap: Gap, organisation: Organisation) -> Follow:
    """Be told of new opportunities in the gap, and when it closes. Following twice is following once."""
    require(rules.may_follow_for(actor, organisation))
    made, is_new = Follow.objects.get_or_create(gap=gap, organisation=organisation, defaults={"followed_by": actor})
    if is_new:
        record(actor=actor, verb="gaps.follow", target=gap, detail={"organisation": organisation.pk})
    return made


@transaction.atomic
def unfollow(*, actor: User, gap: Gap, organisation: Organisation) -> None:
    """Be told no more."""
    require(rules.may_follow_for(actor, organisation))
    gone, _by_model = Follow.objects.filter(gap=gap, organisation=organisation).delete()
    if gone:
        record(actor=actor, verb="gaps.unfollow", target=gap, detail={"organisation": organisation.pk})


def follow_market(*, at: datetime | None = None) -> int:
    """What the clock does: list opportunities that nothing fits, take off those that are answered or gone.

    Found by query, one transaction each, so that a run cut short is simply continued by the next. Returns how many
    opportunities and gaps changed.
    """
    at = at or timezone.now()
    waiting = unanswered()
    standing = dict(Waiting.objects.running().values_list("scenario", "pk"))
    changed = sum(_end(pk, at) for scenario, pk in standing.items() if scenario not in waiting)
    missing = unmet_by(waiting)
    requirements = {row.key: row for row in Requirement.objects.all()}
    fresh = [
        begun
        for pk in sorted(waiting)
        if (begun := _keep(pk, [requirements[key] for key in missing.get(pk, ()) if key in requirements], at))
    ]
    changed += len(fresh) + _follow_gaps(at)
    for row in fresh:
        _tell_of_new(row)
    return changed


@transaction.atomic
def _keep(scenario: int, unmet: Iterable[Requirement], at: datetime) -> Waiting | None:
    """Bring one opportunity's waiting in line; the row if it is new."""
    row = Waiting.objects.running().filter(scenario=scenario).first()
    fresh = None
    if row is None:
        try:
            with transaction.atomic():
                row = fresh = Waiting.objects.create(scenario_id=scenario, since=at)
        except IntegrityError:  # another worker was quicker
            return None
        record(actor=None, verb="gaps.list", target=row.scenario)
    row.unmet.set(unmet)
    return fresh


@transaction.atomic
def _end(pk: int, at: datetime) -> int:
    """A waiting that is over: something fits, or the opportunity is gone. While matches are computed it stays."""
    row = Waiting.objects.running().select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if row is None:
        return 0
    is_open = Scenario.objects.open(at=at).filter(pk=row.scenario_id).exists()
    if is_open and not computed([row.scenario_id]):
        return 0
    row.until = at
    row.ended = Waiting.Ended.ANSWERED if is_open else Waiting.Ended.WITHDRAWN
    row.save(update_fields=["until", "ended"])
    record(actor=None, verb="gaps.unlist", target=row.scenario, detail={"because": row.ended})
    return 1


def _follow_gaps(at: datetime) -> int:
    """Open and close the gaps as opportunities wait in them or not."""
    changed = 0
    for dimension, path in PATHS.items():
        rows = Waiting.objects.running().filter(**{f"{path}__isnull": False}).order_by()
        since = dict(rows.values_list(path).annotate(since=models.Min("since")).values_list(path, "since"))
        standing = dict(Gap.objects.of_dimension(dimension).values_list(dimension, "pk"))
        for term, first in since.items():
            changed += _reopen(standing[term], at) if term in standing else _open(dimension, term, first)
        for gap in Gap.objects.open().of_dimension(dimension).exclude(**{f"{dimension}__in": list(since)}):
            changed += _close(gap.pk, at)
    return changed


@transaction.atomic
def _open(dimension: str, term: int, at: datetime) -> int:
    gap, is_new = Gap.objects.get_or_create(
        **{f"{dimension}_id": term}, defaults={"dimension": dimension, "opened_at": at}
    )
    if is_new:
        record(actor=None, verb="gaps.open", target=gap)
    return int(is_new)


@transaction.atomic
def _reopen(pk: int, at: datetime) -> int:
    gap = Gap.objects.select_for_update(skip_locked=True).filter(pk=pk, closed_at__isnull=False).first()
    if gap is None:
        return 0
    gap.opened_at, gap.closed_at = at, None
    gap.save(update_fields=["opened_at", "closed_at"])
    record(actor=None, verb="gaps.open", target=gap)
    return 1


@transaction.atomic
def _close(pk: int, at: datetime) -> int:
    gap = Gap.objects.open().select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if gap is None:
        return 0
    gap.closed_at = at
    gap.save(update_fields=["closed_at"])
    record(actor=None, verb="gaps.close", target=gap)
    tell(
        recipients=_followers([gap]),
        kind="gap_closed",
        context={"gap": gap.term.name_zh},
        url=gap.get_absolute_url(),
        dedupe_key=f"gap-closed:{gap.pk}:{at:%Y%m%d%H%M%S}",
    )
    return 1


@transaction.atomic
def _tell_of_new(row: Waiting) -> None:
    """Each person once, whichever of the opportunity's gaps her companies follow."""
    scenario = row.scenario
    gaps = Gap.objects.filter(
        models.Q(area=scenario.area_id, area__isnull=False)
        | models.Q(sector=scenario.sector_id, sector__isnull=False)
        | models.Q(requirement__in=row.unmet.all())
    )
    tell(
        recipients=_followers(gaps),
        kind="gap_new",
        context={"scenario": scenario.title, "department": scenario.department.name},
        url=scenario.get_absolute_url(),
        dedupe_key=f"gap-new:{row.pk}",
    )


def _followers(gaps: Iterable[Gap]) -> "models.QuerySet[User]":
    return User.objects.filter(memberships__organisation__follows__gap__in=gaps).distinct()
