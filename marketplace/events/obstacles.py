"""Says which wishes a plan could not meet, by name, in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.events.models import Event
from marketplace.organisations.models import Organisation

Text = str | Promise

SENTENCES: Mapping[str, Text] = {
    "fixed_forbidden": _("“{a}”与“{b}”的会面是固定的，又设为不安排。请取消其中一项。"),
    "fixed_unknown": _("固定的会面里有“{a}”，但它已不在参会单位里。请取消固定，或重新添加该单位。"),
    "fixed_closed": _("“{a}”在 {time} 有固定的会面，但它不能参加这一场。请取消固定，或与该单位商定时间。"),
    "fixed_twice_in_slot": _("“{a}”在 {time} 有 {had} 场固定的会面。请只留一场。"),
    "fixed_met_twice": _("“{a}”与“{b}”有 {had} 场固定的会面。请只留一场。"),
    "fixed_over_most": _("“{a}”有 {needed} 场固定的会面，超过它最多 {had} 场的限制。"),
    "fixed_over_tables": _("{time} 有 {needed} 场固定的会面，但只有 {had} 张桌。"),
    "fixed_table_twice": _("{time} 的 {table} 号桌固定了 {had} 场会面。请把其中一场移走。"),
    "fixed_outside": _("“{a}”与“{b}”固定的场次或桌号已经不存在。请取消固定。"),
    "no_partner": _("“{a}”没有合适的部门可以会面，安排不了至少 {needed} 场。"),
    "too_few_partners": _("“{a}”合适的部门太少：要求至少 {needed} 场，只安排了 {had} 场。"),
    "too_few_slots": _("“{a}”能参加的场次太少：要求至少 {needed} 场，只安排了 {had} 场。"),
    "crowded_out": _("“{a}”只安排了 {had} 场，不到 {needed} 场：合适的部门已排满，或桌子不够。"),
    "no_small": _("参会单位里没有能会面的小微企业，小微企业占比的要求无法满足，已按没有这项要求排位。"),
    "short_of_share": _("小微企业会面只占 {had}%，不到要求的 {needed}%：固定的会面太多，或其他场次排不下。"),
}


def sentences(event: Event) -> list[str]:
    """What the last plan could not do. One statement for the names."""
    rows: Sequence[dict[str, Any]] = event.plan_obstacles
    wanted = {pk for row in rows for pk in row["organisations"]}
    names = dict(Organisation.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
    return [_sentence(event, row, names.get) for row in rows]


def _sentence(event: Event, row: dict[str, Any], name: Callable[[int, str], str]) -> str:
    called = [name(pk, "") for pk in row["organisations"]]
    slot = row["slot"]
    known = slot is not None and 0 <= slot < len(event.slot_starts)
    return str(SENTENCES[row["kind"]]).format(
        a=called[0] if called else "",
        b=called[1] if len(called) > 1 else "",
        time=f"{event.slot_starts[slot]:%H:%M}" if known else "",
        table=(row["table"] or 0) + 1,
        needed=row["needed"],
        had=row["had"],
    )
