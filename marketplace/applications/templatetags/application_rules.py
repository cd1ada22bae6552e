"""Asks the rules of applications from the pages of the apps below."""

from django import template

from marketplace.accounts.rules import AnyUser
from marketplace.applications import rules
from marketplace.scenarios.models import Scenario
from marketplace.web.verdicts import Verdict

register = template.Library()


@register.simple_tag
def may_apply(user: AnyUser, scenario: Scenario) -> Verdict:
    """Whether the person may apply, or why not."""
    return rules.may_apply(user, scenario)
