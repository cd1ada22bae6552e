"""Answers to “may she?”: a yes, or a no with a reason that a person can read."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a rule; truthy when allowed, otherwise carries the reason of the refusal."""

    allowed: bool
    reason: Text = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Verdict(True)


class Refused(PermissionDenied):
    """A rule said no. Its reason is shown to the person, in a page, a fragment or a problem document."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason


def refuse(reason: Text) -> Verdict:
    """Build a no with its reason (lazily translated)."""
    return Verdict(False, reason)


def require(verdict: Verdict) -> None:
    """Let pass what is allowed; raise `Refused` with the reason otherwise."""
    if not verdict:
        raise Refused(verdict.reason)
