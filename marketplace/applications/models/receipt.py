"""What was handed in: files and receipts."""

from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.applications.models.application import Application
from marketplace.web.uploads import StoredFile


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Words for finding files."""

    def received(self) -> Self:
        """Part of what was last handed in."""
        return self.filter(first_receipt__isnull=False, last_receipt__isnull=True)

    def working(self) -> Self:
        """Part of what will be handed in next."""
        return self.filter(last_receipt__isnull=True, dropped=False)


class Attachment(StoredFile):
    """A file of the proposal; seen by both sides only. What was received once is kept, even when taken out later."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="attachments")
    first_receipt = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Number of the receipt.")
    last_receipt = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The last that held it.")
    dropped = models.BooleanField(default=False, help_text="To be left out of the next receipt.")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("申请附件")
        verbose_name_plural = _("申请附件")
        ordering: ClassVar[list[str]] = ["pk"]


class Receipt(models.Model):
    """One handing-in: what was received, when, and a hash by which anyone can prove it. Rows are only ever added.

    `sha256` is the hash of `content` as canonical JSON (UTF-8, sorted keys, no spaces), which names the time, the
    hashes of the files and the hash of the receipt before it, so that no receipt can be changed or slipped in later.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="receipts")
    number = models.PositiveSmallIntegerField(_("次序"))
    content = models.JSONField(_("内容"))
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField(_("收到时间"))
    handed_in_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("提交人"))

    class Meta:
        verbose_name = _("回执")
        verbose_name_plural = _("回执")
        ordering: ClassVar[list[str]] = ["application", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["application", "number"], name="receipt_once")
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.application_id} #{self.number}"

    def get_absolute_url(self) -> str:
        """The receipt's page."""
        return reverse("applications:receipt", args=[self.application_id, self.number])

    @property
    def code(self) -> str:
        """The first part of the hash, to be read out on the telephone."""
        return self.sha256[:16].upper()
