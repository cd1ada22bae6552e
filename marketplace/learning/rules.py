"""Who trains and chooses what ranks."""

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.rules import AnyUser, is_province_administrator
from marketplace.web.verdicts import ALLOWED, Verdict, refuse
from matching.models import RankerVersion
from matching.ranker import standing_version, usable


def may_run(user: AnyUser) -> Verdict:
    """Administrators of the province: what ranks concerns every city."""
    return ALLOWED if is_province_administrator(user) else refuse(_("只有省级管理员可以训练和更换排序。"))


def may_install(user: AnyUser, version: RankerVersion | None) -> Verdict:
    """What does not stand already and fits this code; None is the file's weights."""
    verdict = may_run(user)
    if not verdict:
        return verdict
    if standing_version() == version:
        return refuse(_("这个版本正在使用。"))
    if version is not None and not usable(version):
        return refuse(_("这个版本是为以前的特征训练的，现在的程序不能使用。"))
    return ALLOWED
