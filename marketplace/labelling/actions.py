"""Verbs of labelling."""

import secrets
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.actions import record
from marketplace.labelling import rules
from marketplace.labelling.drawing import Drawn
from marketplace.labelling.models import LABELLERS_OF_A_PAIR, Assignment, Campaign, Pair
from marketplace.labelling.sharing import share_out
from marketplace.notifications.actions import tell
from marketplace.organisations.models import Membership
from marketplace.scenarios.models import Scenario
from marketplace.web.hints import hint
from marketplace.web.verdicts import Refused, require

PREPARE = "marketplace.labelling.tasks.prepare_campaigns"


@transaction.atomic
def create(
    *,
    actor: User,
    name: str,
    scenarios: Sequence[Scenario],
    labellers: Sequence[User],
    sizes: dict[str, int],
    note: str = "",
) -> Campaign:
    """Begin a campaign; the worker draws its pairs after commit (`open_drawn`), and tells the labellers."""
    require(rules.may_run(actor))
    if not scenarios:
        raise ValidationError({"scenarios": _("请至少选择一条场景机会。")})
    if len({person.pk for person in labellers}) < LABELLERS_OF_A_PAIR:
        raise ValidationError({"labellers": _("每对文本由两人独立标注，请至少选择两位标注人。")})
    for person in labellers:
        require(rules.may_be_labeller(person))
    campaign = Campaign(name=name, note=note, seed=secrets.randbelow(2**31), created_by=actor, **sizes)
    if not sum(campaign.sizes.values()):
        raise ValidationError({"words": _("请至少从一种来源抽取候选。")})
    campaign.full_clean()
    campaign.save()
    campaign.scenarios.set(scenarios)
    campaign.labellers.set(labellers)
    record(
        actor=actor,
        verb="labelling.create",
        target=campaign,
        detail={"scenarios": len(scenarios), "labellers": len(labellers), **campaign.sizes},
    )
    hint(PREPARE)
    return campaign


@transaction.atomic
def open_drawn(*, campaign: Campaign, drawn: Sequence[Drawn]) -> bool:
    """Keep the pairs that the worker drew, share them out and tell the labellers; False when another worker did."""
    locked = Campaign.objects.select_for_update(skip_locked=True).waiting().filter(pk=campaign.pk).first()
    if locked is None:
        return False
    pairs = Pair.objects.bulk_create(
        [
            Pair(
                campaign=locked,
                scenario_id=each.scenario.pk,
                capability_id=each.capability.pk,
                demand_text=each.demand_text,
                supply_text=each.supply_text,
                drawn_by=each.drawn_by,
            )
            for each in drawn
        ]
    )
    people = list(locked.labellers.order_by("pk"))
    belong: dict[int, set[int]] = {person.pk: set() for person in people}
    for user, organisation in Membership.objects.filter(user__in=people).values_list("user_id", "organisation_id"):
        belong[user].add(organisation)
    sides = [(each.scenario.department_id, each.capability.organisation_id) for each in drawn]
    turns = share_out(sides, belong, seed=locked.seed)
    Assignment.objects.bulk_create(
        [
            Assignment(pair=pairs[turn.pair], labeller_id=turn.labeller, slot=turn.slot, position=turn.position)
            for turn in turns
        ]
    )
    locked.open(at=timezone.now())
    locked.save()
    record(actor=None, verb="labelling.open", target=locked, detail={"pairs": len(pairs), "turns": len(turns)})
    tell(
        recipients=User.objects.filter(pk__in={turn.labeller for turn in turns}),
        kind="labelling_assigned",
        context={"campaign": locked.name},
        url=reverse("labelling:list"),
    )
    return True


@transaction.atomic
def grade(*, actor: User, assignment: Assignment, grade: int) -> Assignment:
    """Give or change a grade. When both have one and they are equal, the pair is settled."""
    locked = _turn(actor, assignment)
    locked.grade, locked.graded_at, locked.skipped_at = grade, timezone.now(), None
    locked.full_clean()
    locked.save()
    pair = locked.pair
    grades = list(Assignment.objects.graded().filter(pair=pair).values_list("grade", flat=True))
    pair.graded = len(grades)
    agreed = len(grades) == LABELLERS_OF_A_PAIR and len(set(grades)) == 1
    pair.final_grade, pair.settled_at = (grades[0], timezone.now()) if agreed else (None, None)
    pair.save(update_fields=["graded", "final_grade", "settled_at"])
    record(actor=actor, verb="labelling.grade", target=pair, detail={"grade": grade})
    return locked


@transaction.atomic
def skip(*, actor: User, assignment: Assignment) -> Assignment:
    """Put a pair off: it comes again after the others. A grade that was given stays."""
    locked = _turn(actor, assignment)
    if locked.grade is None:
        locked.skipped_at = timezone.now()
        locked.save(update_fields=["skipped_at"])
        record(actor=actor, verb="labelling.skip", target=locked.pair)
    return locked


@transaction.atomic
def write_note(*, actor: User, assignment: Assignment, note: str) -> Assignment:
    """Keep what the labeller writes beside the grade, before or after it is given."""
    locked = _turn(actor, assignment)
    locked.note = note.strip()
    locked.full_clean()
    locked.save(update_fields=["note"])
    record(actor=actor, verb="labelling.note", target=locked.pair)
    return locked


@transaction.atomic
def decide(*, actor: User, pair: Pair, grade: int, note: str = "") -> Pair:
    """Settle a disagreement; the two grades stay as they were given."""
    Pair.objects.select_for_update().get(pk=pair.pk)
    locked = Pair.objects.select_related("scenario", "capability", "campaign").get(pk=pair.pk)
    require(rules.may_decide(actor, locked))
    locked.final_grade, locked.decided_by, locked.settled_at = grade, actor, timezone.now()
    locked.decision_note = note.strip()
    locked.full_clean()
    locked.save()
    record(actor=actor, verb="labelling.decide", target=locked, detail={"grade": grade, "reason": note.strip()})
    return locked


@transaction.atomic
def hand_over(*, actor: User, campaign: Campaign, giver: User, taker: User) -> int:
    """Give what a labeller has not graded to another one, as far as he may take it; returns how many turns moved."""
    require(rules.may_end(actor, campaign))
    require(rules.may_be_labeller(taker))
    own = set(Membership.objects.filter(user=taker).values_list("organisation_id", flat=True))
    turns = Assignment.objects.filter(pair__campaign=campaign, labeller=giver, grade__isnull=True)
    turns = turns.exclude(pair__in=Pair.objects.filter(assignments__labeller=taker))
    turns = turns.exclude(pair__scenario__department__in=own).exclude(pair__capability__organisation__in=own)
    moved = list(turns.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    if not moved:
        raise Refused(_("没有可以转交的文本：都已标注，或接手人应当回避、已是另一位标注人。"))
    campaign.labellers.add(taker)
    rows: models.QuerySet[Assignment] = Assignment.objects.filter(pk__in=moved)
    rows.update(labeller=taker, skipped_at=None, note="")
    record(
        actor=actor,
        verb="labelling.hand_over",
        target=campaign,
        detail={"from": giver.pk, "to": taker.pk, "turns": len(moved)},
    )
    tell(
        recipients=User.objects.filter(pk=taker.pk),
        kind="labelling_assigned",
        context={"campaign": campaign.name},
        url=reverse("labelling:list"),
    )
    return len(moved)


@transaction.atomic
def close(*, actor: User, campaign: Campaign) -> Campaign:
    """End it: what is graded stays, nothing more is graded."""
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    require(rules.may_end(actor, locked))
    locked.close(at=timezone.now())
    locked.save()
    record(actor=actor, verb="labelling.close", target=locked)
    return locked


@transaction.atomic
def reopen(*, actor: User, campaign: Campaign) -> Campaign:
    """Go on with it."""
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    require(rules.may_reopen(actor, locked))
    locked.reopen()
    locked.save()
    record(actor=actor, verb="labelling.reopen", target=locked)
    return locked


def _turn(actor: User, assignment: Assignment) -> Assignment:
    """The turn, with its pair locked: the two labellers of a pair meet here."""
    Pair.objects.select_for_update().get(pk=assignment.pair_id)
    locked = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("pair__campaign", "pair__scenario", "pair__capability")
        .get(pk=assignment.pk)
    )
    require(rules.may_grade(actor, locked))
    return locked
