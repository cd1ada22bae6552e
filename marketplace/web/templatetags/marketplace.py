"""How money, days, shares and states read in each language."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

register = template.Library()

# The tone and the icon of each state, by the value that models store. A state that is missing here fails a test.
TONES: dict[str, str] = {
    "draft": "plain",
    "in_review": "waiting",
    "returned": "urgent",
    "published": "action",
    "in_matching": "action",
    "closed": "plain",
    "awarded": "done",
    "on_hold": "waiting",
    "withdrawn": "plain",
    "expired": "plain",
    "submitted": "waiting",
    "accepted": "done",
    "declined": "plain",
    "waiting": "waiting",
    "chosen": "action",
    "reserve": "waiting",
    "forfeited": "urgent",
    "dismissed": "plain",
    "upheld": "urgent",
    "invited": "waiting",
    "confirmed": "done",
    "refused": "urgent",
    "removed": "plain",
    "verified": "done",
    "rejected": "urgent",
    "suspended": "urgent",
    "preparing": "waiting",
    "contracted": "action",
    "building": "action",
    "trial": "action",
    "in_operation": "done",
    "ended": "plain",
    "answered": "done",
    "void": "plain",
    "trying": "waiting",
    "ready": "plain",
    "active": "done",
    "planned": "waiting",
    "cancelled": "plain",
    "open": "action",
    "running": "waiting",
    "done": "done",
    "failed": "urgent",
    "judging": "waiting",
    "notice": "waiting",
    "final": "done",
    "disqualified": "urgent",
    "assigned": "waiting",
    "recused": "plain",
    "released": "plain",
    "received": "waiting",
    "investigating": "waiting",
}
LIKELY, POSSIBLE = 0.5, 0.25


def _english() -> bool:
    return (get_language() or "").startswith("en")


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """A small picture beside a text; it says nothing by itself."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("vendor/icons.svg"),
        name,
    )


@register.filter
def number(value: Decimal | float | None) -> str:
    """A number without needless zeros, with separators of thousands."""
    if value is None:
        return ""
    exact = Decimal(str(value)).normalize()
    exponent = exact.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return number_format(exact, decimal_pos=places, use_l10n=True, force_grouping=True)


@register.filter
def money_wan(value: Decimal | float | None) -> str:
    """Money given in 万元: “35 万元”, “1.2 亿元”; “CNY 350,000”, “CNY 120 million” in English."""
    if value is None:
        return ""
    amount = Decimal(str(value))
    if not _english():
        return f"{number(amount / 10000)} 亿元" if amount >= 10000 else f"{number(amount)} 万元"
    yuan = amount * 10000
    if yuan >= 1_000_000:
        return f"CNY {number((yuan / 1_000_000).quantize(Decimal('0.01')))} million"
    return f"CNY {number(yuan)}"


@register.filter
def money_range(low: Decimal, high: Decimal) -> str:
    """From–to: “60–200 万元”; “CNY 600,000 – CNY 2 million”."""
    if _english():
        return f"{money_wan(low)} – {money_wan(high)}"
    return f"{number(low)}–{money_wan(high)}" if high < 10000 else f"{money_wan(low)}–{money_wan(high)}"


@register.filter
def listed(values: list[str]) -> str:
    """One text from several: “农业、工业”; “Agriculture, Industry”."""
    return (", " if _english() else "、").join(str(value) for value in values)


@register.filter
def day(value: date | None) -> str:
    """A day: “2026年11月23日”; “23 Nov 2026”."""
    if value is None:
        return ""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return date_format(local, "j M Y" if _english() else "Y年n月j日")


@register.filter
def moment(value: datetime | None) -> str:
    """A day and a time: “11月23日 14:05”, with the year if it is not this one."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    this_year = local.year == timezone.localtime().year
    pattern = (
        ("j M H:i" if this_year else "j M Y H:i") if _english() else ("n月j日 H:i" if this_year else "Y年n月j日 H:i")
    )
    return date_format(local, pattern)


@register.filter
def days_left(value: datetime) -> int:
    """Whole days until a moment's date, in the site's time zone; negative when past."""
    return (timezone.localtime(value).date() - timezone.localdate()).days


@register.filter
def days_left_text(value: datetime) -> str:
    """How long there is still time."""
    left = days_left(value)
    if left < 0:
        return gettext("已截止")
    if left == 0:
        return gettext("今天截止")
    return ngettext("还有 %(n)d 天", "还有 %(n)d 天", left) % {"n": left}


@register.filter
def percent(value: float) -> str:
    """A share as whole per cent."""
    return f"{value * 100:.0f} %"


@register.filter
def signed(value: float) -> str:
    """An addition or a deduction: “+1.8”, “−0.9”, “0.0”."""
    return _with_sign(f"{value:+.1f}")


@register.filter
def points(value: float) -> str:
    """A difference of two shares in percentage points: “+12”, “−3”, “0”."""
    return _with_sign(f"{value * 100:+.0f}")


@register.filter
def difference(value: float) -> str:
    """A difference of measures: “+0.0213”, “−0.0040”, “0.0000”."""
    return _with_sign(f"{value:+.4f}")


def _with_sign(shown: str) -> str:
    """What rounds to nothing has no sign."""
    return shown.replace("-", "−") if float(shown) else shown[1:]


@register.filter
def percent_fine(value: float) -> str:
    """A small share, to a hundredth of a per cent; “0 %” only where there is nothing."""
    return f"{value * 100:.2f} %" if value >= 0.00005 else "< 0.01 %" if value > 1e-6 else "0 %"


@register.filter
def fit(value: float) -> str:
    """What a probability means, as the tone of a class name."""
    return "likely" if value >= LIKELY else "possible" if value >= POSSIBLE else "unlikely"


@register.filter
def fit_words(value: float) -> str:
    """What a probability means, in words."""
    words = {"likely": gettext("很可能合适"), "possible": gettext("可能合适"), "unlikely": gettext("不太合适")}
    return words[fit(value)]


@register.filter
def tone(state: str) -> str:
    """The tone of a state."""
    return TONES[state]


@register.simple_tag(takes_context=True)
def qs(context: dict[str, Any], **changes: Any) -> str:
    """The address's query with some values changed; None takes one away."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def widget_kind(field: Any) -> str:
    """Which look a form field has: “choices” for several boxes, “select”, “check”, “file” or “text”."""
    name = type(field.field.widget).__name__
    kinds = {
        "CheckboxSelectMultiple": "choices",
        "RadioSelect": "choices",
        "Select": "select",
        "CheckboxInput": "check",
        "_SeveralFiles": "file",
    }
    return kinds.get(name, "text")


@register.simple_tag
def dressed(field: Any, css: str) -> SafeString:
    """A form field's widget with its class, tied to its hint and its error for screen readers."""
    described = " ".join(
        part
        for part, there in ((f"{field.auto_id}-hint", field.help_text), (f"{field.auto_id}-error", field.errors))
        if there
    )
    attributes = {"class": css}
    if described:
        attributes["aria-describedby"] = described
    if field.errors:
        attributes["aria-invalid"] = "true"
    widget: SafeString = field.as_widget(attrs=attributes)
    return widget


@register.filter
def marked_once(text: str, phrase: str) -> SafeString:
    """A text with one phrase marked; the text itself is escaped."""
    return marked(text, [phrase])


@register.filter
def marked(text: str, terms: list[str]) -> SafeString:
    """A text with these terms marked, longest first; the text itself is escaped."""
    wanted = sorted({term for term in terms if term}, key=lambda term: (-len(term), term))
    if not wanted:
        return format_html("{}", text)
    pieces = re.split(f"({'|'.join(re.escape(term) for term in wanted)})", text, flags=re.IGNORECASE)
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>" if n % 2 else "{}", piece),) for n, piece in enumerate(pieces))
    )
