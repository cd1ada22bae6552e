"""异议: somebody doubts a choice that is on public notice."""

from typing import ClassVar, Self

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from marketplace.accounts.models import User
from marketplace.web.fields import PlainCharField, PlainTextField, StateField


class ObjectionQuerySet(models.QuerySet["Objection"]):
    """Words for finding objections."""

    def waiting(self) -> Self:
        """Not answered yet: the choice does not become final."""
        return self.filter(state=Objection.State.WAITING)


@pghistory.track()
class Objection(FSMModelMixin, models.Model):
    """Raised with a real name, in writing, inside the notice; answered by the department."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("待处理")
        DISMISSED = "dismissed", _("不成立")
        UPHELD = "upheld", _("成立")

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="objections", verbose_name=_("申请")
    )
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("提出人"))
    name = PlainCharField(_("真实姓名"), max_length=60)
    phone = PlainCharField(_("联系电话"), max_length=30)
    text = PlainTextField(_("异议内容与依据"), max_length=3000)
    state = StateField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    answer = PlainTextField(_("处理意见"), max_length=2000, blank=True)
    raised_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("异议")
        verbose_name_plural = _("异议")
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["application", "raised_by"], name="objection_once_per_person")
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @transition(field=state, source=State.WAITING, target=State.DISMISSED)
    def dismiss(self, *, answer: str) -> None:
        """It does not hold; the notice goes on."""
        self.answer = answer

    @transition(field=state, source=State.WAITING, target=State.UPHELD)
    def uphold(self, *, answer: str) -> None:
        """It holds; the choice falls."""
        self.answer = answer
