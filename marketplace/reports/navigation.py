"""What every page shows around its content: the menu of the visitor's role, and the count of new notifications."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.rules import AnyUser, is_administrator, is_judge, is_province_administrator
from marketplace.notifications.models import Notification
from marketplace.organisations.rules import memberships_of


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of the menu."""

    label: str | Promise
    url: str
    active: bool


def _entries(user: AnyUser) -> list[tuple[str | Promise, str]]:
    entries: list[tuple[str | Promise, str]] = [
        (_("场景机会"), "scenarios:list"),
        (_("场景能力"), "capabilities:list"),
        (_("案例"), "cases:list"),
        (_("市场缺口"), "gaps:list"),
        (_("对接会"), "events:list"),
    ]
    if not user.is_authenticated:
        return entries
    sides = {membership.organisation.is_department for membership in memberships_of(user)}
    if True in sides:
        entries.append((_("我的机会"), "scenarios:mine"))
    if False in sides:
        entries += [
            (_("我的能力"), "capabilities:mine"),
            (_("为我推荐"), "pairing:recommended"),
            (_("我的申请"), "applications:list"),
        ]
    if is_administrator(user):
        entries += [
            (_("待审机会"), "scenarios:queue"),
            (_("待核单位"), "organisations:queue"),
            (_("曝光报告"), "reports:exposure"),
        ]
    if is_administrator(user) or is_judge(user):
        entries.append((_("标注"), "labelling:list"))
    if is_province_administrator(user):
        entries.append((_("排序的学习"), "learning:versions"))
    return entries


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `navigation` (a list of `Item`) and `unread` (for people signed in)."""
    user = getattr(request, "user", None)
    if user is None:
        return {"navigation": [], "unread": 0}
    addresses = [(label, reverse(name)) for label, name in _entries(user)]
    best = max((url for _label, url in addresses if request.path.startswith(url)), key=len, default="")
    items = [Item(label, url, url == best) for label, url in addresses]
    unread = Notification.objects.visible_to(user).unread().count() if user.is_authenticated else 0
    return {"navigation": items, "unread": unread}
