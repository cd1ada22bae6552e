"""The door to one application."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from marketplace.applications.models import Application


def application_door(request: HttpRequest, pk: int) -> Application:
    """The application, if this person may know of it; a sealed one does not exist for the other side."""
    return get_object_or_404(Application.objects.visible_to(request.user).with_parties(), pk=pk)
