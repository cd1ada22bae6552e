"""Tables of competitions: contests, rubrics, entries, judging, results."""

from marketplace.competitions.models.contests import Award, Competition, Item, Round, Track
from marketplace.competitions.models.entries import Answer, Entry, EntryFile, Member, RoundEntry
from marketplace.competitions.models.judging import Assignment, Mark, Sheet
from marketplace.competitions.models.results import Certificate, Evidence, Objection, ResultSnapshot
from marketplace.competitions.models.rubrics import Criterion, Rubric, RubricVersion, TrackRubric

__all__ = [
    "Answer",
    "Assignment",
    "Award",
    "Certificate",
    "Competition",
    "Criterion",
    "Entry",
    "EntryFile",
    "Evidence",
    "Item",
    "Mark",
    "Member",
    "Objection",
    "ResultSnapshot",
    "Round",
    "RoundEntry",
    "Rubric",
    "RubricVersion",
    "Sheet",
    "Track",
    "TrackRubric",
]
