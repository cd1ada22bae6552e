"""What a choice among applications means for cases."""

from marketplace.accounts.models import User
from marketplace.applications.models import Application
from marketplace.cases.actions import end_unsigned, open_case


class CaseFollower:
    """Opens a case when a choice becomes final, ends it when the choice falls; see `applications.outcomes`."""

    def accepted(self, *, actor: User | None, application: Application) -> None:
        """Open."""
        open_case(actor=actor, application=application)

    def forfeited(self, *, actor: User | None, application: Application, reason: str) -> None:
        """End, or refuse when a contract was signed."""
        end_unsigned(actor=actor, application=application, reason=reason)
