"""Asks pairing's rules from the pages of the apps below."""

from django import template

from marketplace.accounts.rules import AnyUser
from marketplace.capabilities.models import Capability
from marketplace.pairing import rules
from marketplace.scenarios.models import Scenario
from marketplace.web.verdicts import Verdict

register = template.Library()


@register.simple_tag
def may_see_matches_of_scenario(user: AnyUser, scenario: Scenario) -> Verdict:
    """Whether the person sees which capabilities match."""
    return rules.may_see_matches_of_scenario(user, scenario)


@register.simple_tag
def may_see_matches_of_capability(user: AnyUser, capability: Capability) -> Verdict:
    """Whether the person sees which opportunities match."""
    return rules.may_see_matches_of_capability(user, capability)
