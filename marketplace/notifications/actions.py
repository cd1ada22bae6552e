"""Telling people things, and sending the e-mails that are owed."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from marketplace.notifications.kinds import KINDS, phrase
from marketplace.notifications.models import Notification
from marketplace.web.hints import hint

log = structlog.get_logger(__name__)

GIVE_UP_AFTER = timedelta(days=3)
BATCH = 100


def tell(
    *, recipients: Iterable[models.Model], kind: str, context: Mapping[str, str], url: str, dedupe_key: str = ""
) -> int:
    """Add a notification for each recipient in the present transaction; e-mails leave after commit.

    With a `dedupe_key`, a person who was told that already is not told again. Returns how many rows were wanted.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    rows = [
        Notification(recipient_id=person.pk, kind=kind, context=dict(context), url=url, dedupe_key=dedupe_key)
        for person in {person.pk: person for person in recipients}.values()
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=bool(dedupe_key))
    if rows:
        hint("marketplace.notifications.tasks.send_mails")
    return len(rows)


def mark_read(*, actor: models.Model, notification: Notification) -> None:
    """The person opened it."""
    Notification.objects.visible_to(actor).unread().filter(pk=notification.pk).update(read_at=timezone.now())


def mark_all_read(*, actor: models.Model) -> int:
    """The person has seen them all; returns how many were new."""
    return Notification.objects.visible_to(actor).unread().update(read_at=timezone.now())


def send_owed_mails(*, limit: int = BATCH) -> int:
    """Send what is owed and due; returns how many left.

    Each row is locked while its mail is handed over, so that two workers never send the same one. A mail server
    that is down postpones the row, from one minute doubling up to an hour, for three days.
    """
    sent = 0
    connection: BaseEmailBackend = get_connection()
    for _turn in range(limit):
        with transaction.atomic():
            row = (
                Notification.objects.unsent()
                .select_for_update(skip_locked=True, of=("self",))
                .select_related("recipient")
                .order_by("next_try_at", "pk")
                .first()
            )
            if row is None:
                break
            sent += _send(row, connection)
            row.save(update_fields=["mail_state", "mail_tries", "next_try_at"])
    return sent


def _send(row: Notification, connection: BaseEmailBackend) -> int:
    try:
        _compose(row, connection).send()
    except OSError as error:  # smtplib's errors are OSErrors
        row.mail_tries += 1
        row.next_try_at = timezone.now() + timedelta(minutes=min(60, 2 ** (row.mail_tries - 1)))
        if timezone.now() - row.created_at > GIVE_UP_AFTER:
            row.mail_state = Notification.MailState.GIVEN_UP
        log.warning("mail_postponed", notification=row.pk, tries=row.mail_tries, error=str(error))
        return 0
    row.mail_state = Notification.MailState.SENT
    return 1


def _compose(row: Notification, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    with translation.override(row.recipient.language):
        title, body = phrase(row.kind, row.context)
        values = {"title": title, "body": body, "url": f"{settings.SITE_URL}{row.url}", "name": str(row.recipient)}
        mail = EmailMultiAlternatives(
            subject=title,
            body=render_to_string("emails/notification.txt", values),
            to=[row.recipient.email],
            connection=connection,
        )
        mail.attach_alternative(render_to_string("emails/notification.html", values), "text/html")
        return mail
