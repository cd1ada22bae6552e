"""What a list showed, sealed: the page sends it back when it was seen, and nobody can claim to have seen more."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core import signing

SALT = "exposure.seen"
VALID_SECONDS = 2 * 3600  # a panel that stays open longer is loaded anew before it is acted on


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of a list: whose, for whom, from which place on (counted from 1), and the organisations in order."""

    viewer: int
    subject: str
    first: int
    organisations: Sequence[int]


def seal(shown: Shown) -> str:
    """A text for the page."""
    content = [shown.viewer, shown.subject, shown.first, list(shown.organisations)]
    return signing.dumps(content, salt=SALT, compress=True)


def unseal(text: str) -> Shown | None:
    """What was sealed; None where the text was changed or is too old."""
    try:
        viewer, subject, first, organisations = signing.loads(text, salt=SALT, max_age=VALID_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Shown(viewer, subject, first, organisations)
