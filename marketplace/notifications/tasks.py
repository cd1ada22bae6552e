"""Hands mails that are owed to the mail server."""

from celery import shared_task

from marketplace.notifications.actions import send_owed_mails


@shared_task
def send_mails() -> int:
    """Runs on a hint, and every minute for what a lost hint left behind."""
    return send_owed_mails()
