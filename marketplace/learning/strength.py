"""What each deed says about the fit of a pair, and how loudly."""

from dataclasses import dataclass

from marketplace.pairing.models import Mark


@dataclass(frozen=True, slots=True)
class Strength:
    """A grade as labellers give them (None: says nothing about the fit), and a weight in (0, 1]."""

    grade: int | None
    weight: float


# A look is cheap, an application costs days, an acceptance is the department's own judgement of the whole.
MARKED = {
    Mark.Kind.INTERESTED: Strength(2, 0.3),
    Mark.Kind.CONTACTED: Strength(2, 0.5),
    Mark.Kind.INVITED: Strength(2, 0.7),
}
APPLIED = Strength(2, 0.7)
ACCEPTED = Strength(3, 1.0)
# Only a reason about the fit says that it does not fit. Price, region and other reasons are this side's preferences.
EXCLUDED = {
    Mark.Exclusion.TASK: Strength(0, 0.7),
    Mark.Exclusion.UNMET: Strength(1, 0.7),
    Mark.Exclusion.PRICE: Strength(None, 0.0),
    Mark.Exclusion.REGION: Strength(None, 0.0),
    Mark.Exclusion.OTHER: Strength(None, 0.0),
}
# Shown above something that was marked, and left alone: perhaps read and passed over, perhaps not read.
PASSED_OVER = Strength(0, 0.1)
LABELLED_WEIGHT = 1.0
GUESSED = 0.5  # times, where an application names no capability and the best matching one of the applicant is taken


def of_mark(mark: Mark) -> Strength:
    """What a mark says."""
    if mark.kind == Mark.Kind.EXCLUDED:
        return EXCLUDED[Mark.Exclusion(mark.exclusion)]
    return MARKED[Mark.Kind(mark.kind)]
