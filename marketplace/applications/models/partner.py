"""Partners of a consortium."""

from datetime import datetime
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from marketplace.accounts.models import User
from marketplace.organisations.models import Organisation
from marketplace.web.fields import PlainCharField, StateField


class PartnerQuerySet(models.QuerySet["Partner"]):
    """Words for finding partners."""

    def active(self) -> Self:
        """Asked or confirmed; neither refused nor taken out."""
        return self.filter(state__in=[Partner.State.INVITED, Partner.State.CONFIRMED])

    def confirmed(self) -> Self:
        """Said yes."""
        return self.filter(state=Partner.State.CONFIRMED)

    def received(self) -> Self:
        """Part of what was last handed in."""
        return self.filter(received=True)


@pghistory.track()
class Partner(FSMModelMixin, models.Model):
    """联合体成员: an organisation that the leader asked to join. Rows stay when it refuses or is taken out."""

    class State(models.TextChoices):
        """Where the question stands."""

        INVITED = "invited", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        REFUSED = "refused", _("未参加")
        REMOVED = "removed", _("已移出")

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="partners", verbose_name=_("申请")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="partnerships", verbose_name=_("合作单位")
    )
    share = PlainCharField(_("分工"), max_length=200)
    state = StateField(_("状态"), max_length=10, choices=State.choices, default=State.INVITED)
    reason = PlainCharField(_("说明"), max_length=500, blank=True)
    received = models.BooleanField(default=False, help_text="Whether it is part of the last receipt.")
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("联合体成员")
        verbose_name_plural = _("联合体成员")
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["application", "organisation"],
                condition=models.Q(state__in=["invited", "confirmed"]),
                name="partner_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.application_id}"

    @transition(field=state, source=State.INVITED, target=State.CONFIRMED)
    def confirm(self, *, by: User, at: datetime) -> None:
        """It joins."""
        self.answered_by, self.answered_at = by, at

    @transition(field=state, source=[State.INVITED, State.CONFIRMED], target=State.REFUSED)
    def refuse(self, *, by: User, at: datetime, reason: str) -> None:
        """It does not join, or leaves again before the deadline."""
        self.answered_by, self.answered_at, self.reason = by, at, reason

    @transition(field=state, source=[State.INVITED, State.CONFIRMED], target=State.REMOVED)
    def remove(self) -> None:
        """The leader goes on without it."""
