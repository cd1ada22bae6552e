"""What each grade means, as the labeller reads it beside the texts."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.labelling.models import Grade


@dataclass(frozen=True, slots=True)
class Guide:
    """One grade: its number, its name, when to give it."""

    value: int
    name: str | Promise
    rule: str | Promise


GUIDELINE = (
    Guide(Grade.UNRELATED, Grade.UNRELATED.label, _("说的不是一回事，或只有个别词相同。")),
    Guide(Grade.RELATED, Grade.RELATED.label, _("同一业务或技术，但主要任务不同，或做不到硬性要求。")),
    Guide(Grade.ADAPTABLE, Grade.ADAPTABLE.label, _("主要任务做得到，还要增加功能、换数据或补条件。")),
    Guide(Grade.SOLVES, Grade.SOLVES.label, _("现有产品就能完成主要任务，写明的硬性要求没有不满足的。")),
)
