"""What a person is told: a row first, the e-mail follows from the row."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Self


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Words for finding notifications."""

    def visible_to(self, user: models.Model) -> "Self":
        """Only one's own."""
        return self.filter(recipient_id=user.pk)

    def unread(self) -> "Self":
        """Not opened yet."""
        return self.filter(read_at__isnull=True)

    def unsent(self, *, at: "datetime | None" = None) -> "Self":
        """Whose e-mail is still owed and whose next try is due."""
        return self.filter(mail_state=Notification.MailState.OWED, next_try_at__lte=at or timezone.now())


class Notification(models.Model):
    """One thing told to one person, phrased at reading time in the reader's language from `kind` and `context`."""

    class MailState(models.TextChoices):
        """Whether the e-mail has left."""

        OWED = "owed", _("待发送")
        SENT = "sent", _("已发送")
        NOT_WANTED = "not_wanted", _("不发送")
        GIVEN_UP = "given_up", _("发送失败")

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=60, help_text="Key of notifications.kinds.")
    context = models.JSONField(default=dict, help_text="Values for the text; no markup.")
    url = models.CharField(max_length=300, blank=True, help_text="Path inside the application.")
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mail_state = models.CharField(max_length=12, choices=MailState, default=MailState.OWED)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    dedupe_key = models.CharField(max_length=120, blank=True, help_text="The same key is never told twice to a person.")

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["recipient", "dedupe_key"], condition=~models.Q(dedupe_key=""), name="notification_told_once"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["recipient", "-created_at"], name="notification_inbox"),
            models.Index(fields=["next_try_at"], condition=models.Q(mail_state="owed"), name="notification_owed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient_id}"
