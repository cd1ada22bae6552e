"""What follows from a choice in the apps above: they say so in `AppConfig.ready`, and act in the same transaction."""

from typing import Protocol

from marketplace.accounts.models import User
from marketplace.applications.models import Application


class Follower(Protocol):
    """An app above that acts when a choice becomes final or falls."""

    def accepted(self, *, actor: User | None, application: Application) -> None:
        """The application was accepted. `actor` is None when the notice ran out by the clock."""

    def forfeited(self, *, actor: User | None, application: Application, reason: str) -> None:
        """An accepted application fell. Raise `Refused` when it is too late for that."""


_FOLLOWERS: list[Follower] = []


def follow(follower: Follower) -> None:
    """Be called from now on; the same one twice is called once."""
    if follower not in _FOLLOWERS:
        _FOLLOWERS.append(follower)


def followers() -> list[Follower]:
    """All of them, in order of registration."""
    return list(_FOLLOWERS)
