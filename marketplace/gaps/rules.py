"""Who may follow a gap."""

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.rules import AnyUser
from marketplace.organisations.models import Organisation
from marketplace.organisations.rules import may_write_for, writing_organisations
from marketplace.web.verdicts import ALLOWED, Verdict, refuse


def may_follow(user: AnyUser) -> Verdict:
    """Writers of any supplier."""
    if writing_organisations(user, departments=False):
        return ALLOWED
    return refuse(_("只有企业、高校、院所可以关注市场缺口。请先登记单位。"))


def may_follow_for(user: AnyUser, organisation: Organisation) -> Verdict:
    """The same for one organisation."""
    if organisation.is_department:
        return refuse(_("只有企业、高校、院所可以关注市场缺口。请先登记单位。"))
    return may_write_for(user, organisation)
