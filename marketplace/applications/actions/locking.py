"""What all verbs of applications share: the lock, and whom to tell."""

from collections.abc import Iterable

from marketplace.accounts.models import User
from marketplace.applications.models import Application
from marketplace.notifications.actions import tell
from marketplace.organisations.models import Organisation
from marketplace.scenarios.models import Scenario


def lock(application: Application) -> Application:
    """The row as it stands now, held until the end of the transaction."""
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related(
            "scenario__department__region", "scenario__mode", "organisation__region", "capability", "created_by"
        )
        .get(pk=application.pk)
    )


def hold(application: Application) -> Scenario:
    """The opportunity of an application, held until the end of the transaction: whatever decides meets here."""
    return (
        Scenario.objects.select_for_update(of=("self",))
        .select_related("department__region", "mode")
        .get(applications=application.pk)
    )


def tell_people(application: Application, organisations: Iterable[Organisation], kind: str, reason: str) -> None:
    """Tell the people of some organisations about an application."""
    tell(
        recipients=User.objects.filter(memberships__organisation__in=list(organisations)),
        kind=kind,
        context={
            "scenario": application.scenario.title,
            "department": application.scenario.department.name,
            "organisation": application.organisation.name,
            "reason": reason,
        },
        url=application.get_absolute_url(),
    )


def tell_department(application: Application, kind: str, reason: str = "") -> None:
    """Tell the department that posted."""
    tell_people(application, [application.scenario.department], kind, reason)


def tell_applicants(application: Application, kind: str, reason: str) -> None:
    """Tell the leader and every partner that was handed in."""
    partners = application.partners.received().select_related("organisation")
    tell_people(application, [application.organisation, *(row.organisation for row in partners)], kind, reason)
