"""The inbox."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from marketplace.notifications import actions
from marketplace.notifications.kinds import phrase
from marketplace.notifications.models import Notification
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.listing import paginate


def phrased(rows: list[Notification]) -> list[dict[str, Any]]:
    """Rows with their title and text in the reader's language."""
    texts = [(row, *phrase(row.kind, row.context)) for row in rows]
    return [{"notification": row, "title": title, "body": body} for row, title, body in texts]


@require_GET
@signed_in
def inbox(request: SignedInRequest) -> HttpResponse:
    """What one was told, newest first."""
    listing = paginate(request, Notification.objects.visible_to(request.user))
    return render(request, "notifications/inbox.html", {"listing": listing, "rows": phrased(listing.rows)})


@require_POST
@signed_in
def open_(request: SignedInRequest, pk: int) -> HttpResponse:
    """Mark as read and go where it leads."""
    notification = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    actions.mark_read(actor=request.user, notification=notification)
    return redirect(notification.url or "notifications:inbox")


@require_POST
@signed_in
def read_all(request: SignedInRequest) -> HttpResponse:
    """Mark all as read."""
    actions.mark_all_read(actor=request.user)
    messages.success(request, _("已全部标为已读。"))
    return redirect("notifications:inbox")
