"""A text as it stands in a form that is still being filled: nothing in it is trusted or stored."""

from datetime import date
from decimal import Decimal, InvalidOperation

from django.http import QueryDict
from django.utils.dateparse import parse_date

from marketplace.accounts.models import User
from marketplace.capabilities.models import TEXT_LIMIT
from marketplace.organisations.rules import writing_organisations
from marketplace.pairing.prints import CAPABILITY_TEXTS, SCENARIO_TEXTS, facts_of
from marketplace.taxonomy.models import Region
from marketplace.web.templatetags.marketplace import day, money_range, money_wan
from matching.engine.duplicates import Text

LARGEST = Decimal(10) ** 10


def scenario_typed(data: QueryDict, person: User) -> Text:
    """An opportunity that is being written."""
    region = Region.objects.filter(pk=_key(data.get("region"))).first()
    closes = _day(data.get("closes_on"))
    budget = _amount(data.get("budget_wan"))
    return Text(
        title=data.get("title", "")[:80],
        body=_joined(data, SCENARIO_TEXTS),
        place=region.name if region else "",
        facts=facts_of(
            owner=_owner(data.get("department"), person),
            deadline=day(closes) if closes else "",
            amount="" if budget is None else money_wan(budget),
        ),
    )


def capability_typed(data: QueryDict, person: User) -> Text:
    """A capability that is being written."""
    low, high = _amount(data.get("price_min_wan")), _amount(data.get("price_max_wan"))
    price = money_range(low, high) if low is not None and high is not None else money_wan(high or low)
    return Text(
        title=data.get("name", "")[:80],
        body=_joined(data, CAPABILITY_TEXTS),
        facts=facts_of(owner=_owner(data.get("organisation"), person), amount=price),
    )


def _joined(data: QueryDict, names: tuple[str, ...]) -> str:
    return "\n".join(text for name in names if (text := data.get(name, "")[:TEXT_LIMIT].strip()))


def _key(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 10 else 0


def _owner(value: str | None, person: User) -> str:
    return next((each.name for each in writing_organisations(person) if each.pk == _key(value)), "")


def _day(value: str | None) -> date | None:
    try:
        return parse_date(value or "")
    except ValueError:
        return None


def _amount(value: str | None) -> Decimal | None:
    try:
        amount = Decimal(value or "")
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < LARGEST else None
