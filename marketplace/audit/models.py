"""The journal of what people did. Rows are only ever added: a database trigger refuses change and deletion."""

from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.audit.verbs import VERBS

if TYPE_CHECKING:
    from typing import Self


class EntryQuerySet(models.QuerySet["Entry"]):
    """Words for finding entries."""

    def about(self, target: models.Model) -> "Self":
        """Entries about one record, newest first."""
        kind = ContentType.objects.get_for_model(target)
        return self.filter(target_type=kind, target_id=str(target.pk)).order_by("-at", "-pk")


class Entry(models.Model):
    """One thing that somebody did to one record."""

    at = models.DateTimeField(_("时间"), auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("操作人")
    )
    verb = models.CharField(_("动作"), max_length=80, help_text="Dotted name, for example scenarios.publish.")
    target_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    target_id = models.CharField(max_length=64)
    target = GenericForeignKey("target_type", "target_id")
    target_label = models.CharField(_("对象"), max_length=300, help_text="How the record was called at that time.")
    detail = models.JSONField(_("内容"), default=dict)
    address = models.GenericIPAddressField(_("来源地址"), null=True)
    request_id = models.CharField(max_length=64, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["target_type", "target_id", "-at"], name="audit_entry_target"),
            models.Index(fields=["actor", "-at"], name="audit_entry_actor"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    @property
    def verb_label(self) -> str:
        """The verb as a person reads it; `audit.verbs` has them all, which a test proves."""
        return str(VERBS[self.verb])

    @property
    def actor_label(self) -> str:
        """Who did it; the clock has no name."""
        return str(self.actor) if self.actor_id else str(_("系统"))

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.target_label}"
