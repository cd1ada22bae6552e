"""Where campaigns stand: a labeller's own progress, and for administrators everybody's, with the agreement."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models

from marketplace.accounts.models import User
from marketplace.labelling.agreement import Agreement, agreement
from marketplace.labelling.models import LABELLERS_OF_A_PAIR, Assignment, Campaign, State


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one labeller in one campaign; `saved_at` is the time of the last grade."""

    graded: int
    total: int
    saved_at: datetime | None = None

    @property
    def done(self) -> bool:
        """Nothing is left."""
        return self.graded >= self.total


@dataclass(frozen=True, slots=True)
class LabellerProgress:
    """A row of the campaign's page."""

    labeller: User
    progress: Progress


def own_progress(user: User, *, only_open: bool = False) -> dict[int, Progress]:
    """The person's progress by campaign; one statement."""
    turns = Assignment.objects.visible_to(user)
    if only_open:
        turns = turns.filter(pair__campaign__state=State.OPEN)
    rows = turns.order_by().values("pair__campaign").annotate(
        total=models.Count("pk"), graded=models.Count("grade"), saved_at=models.Max("graded_at")
    )  # fmt: skip
    return {row["pair__campaign"]: Progress(row["graded"], row["total"], row["saved_at"]) for row in rows}


def progress_of_all(campaign: Campaign) -> list[LabellerProgress]:
    """Everybody's progress; two statements."""
    rows = (
        Assignment.objects.filter(pair__campaign=campaign)
        .order_by()
        .values("labeller")
        .annotate(total=models.Count("pk"), graded=models.Count("grade"), saved_at=models.Max("graded_at"))
    )
    counted = {row["labeller"]: Progress(row["graded"], row["total"], row["saved_at"]) for row in rows}
    people = campaign.labellers.order_by("name", "pk")
    return [LabellerProgress(person, counted.get(person.pk, Progress(0, 0))) for person in people]


def agreement_of(campaign: Campaign) -> Agreement:
    """Of all pairs that both have graded, decided or not: decisions do not change what the two gave."""
    rows = Assignment.objects.filter(pair__campaign=campaign, pair__graded=LABELLERS_OF_A_PAIR)
    grades: dict[int, dict[int, int]] = {}
    for pair, slot, grade in rows.order_by("pair", "slot").values_list("pair", "slot", "grade"):
        if grade is not None:
            grades.setdefault(pair, {})[slot] = grade
    return agreement([(own[1], own[2]) for own in grades.values() if len(own) == LABELLERS_OF_A_PAIR])
