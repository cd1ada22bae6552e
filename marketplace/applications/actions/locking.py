"""What all verbs of applications share: the lock, and whom to tell."""

from marketplace.accounts.models import User
from marketplace.applications.models import Application
from marketplace.notifications.actions import tell
from marketplace.organisations.models import Organisation


def lock(application: Application) -> Application:
    """The row as it stands now, held until the end of the transaction."""
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related(
            "scenario__department__region", "scenario__mode", "organisation__region", "capability", "created_by"
        )
        .get(pk=application.pk)
    )


def tell_side(application: Application, organisation: Organisation, kind: str, reason: str) -> None:
    """Tell the people of one side."""
    tell(
        recipients=User.objects.filter(memberships__organisation=organisation),
        kind=kind,
        context={
            "scenario": application.scenario.title,
            "department": application.scenario.department.name,
            "organisation": application.organisation.name,
            "reason": reason,
        },
        url=application.get_absolute_url(),
    )
