"""What a text proposes for the fields of a form, in terms of the reference data. A proposal counts for nothing until a
person takes it over."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from marketplace.taxonomy.models import Region, Requirement
from marketplace.taxonomy.stands import Row
from marketplace.web.templatetags.marketplace import money_range, money_wan
from matching.engine.facts import Money
from matching.engine.lexicon import Lexicon
from matching.engine.requirements import Said, requirements_lexicon, said_of_demand, said_of_supply


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value for a field, as people read it and as the form sends it, with the sentence it was found in."""

    field: str
    label: str | Promise
    value: str
    sentence: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Readings:
    """What the texts of a form say: the requirements, and proposals by field."""

    rows: list[Row]
    facts: dict[str, list[Proposal]]

    @classmethod
    def of(cls, rows: Iterable[Row], fields: Iterable[str], proposals: Iterable[Proposal]) -> Self:
        """Every field gets a list, so that a proposal that no longer holds is taken away from the page."""
        facts: dict[str, list[Proposal]] = {name: [] for name in fields}
        for proposal in proposals:
            facts[proposal.field].append(proposal)
        return cls(list(rows), facts)

    @property
    def waiting(self) -> list[Row]:
        """Read in the text, not answered yet."""
        return [row for row in self.rows if row.waits]


def lexicon_of_market() -> Lexicon:
    """The engine's ways of saying, with the names and words of this market's requirements."""
    rows = Requirement.objects.in_use().values_list("key", "name_zh", "words")
    return requirements_lexicon({key: [name, *words] for key, name, words in rows})


def requirements_of_demand(text: str) -> dict[str, Said]:
    """What an opportunity's text says of each requirement: required, preferred or waived."""
    return {said.key: said for said in said_of_demand(text, lexicon_of_market())}


def requirements_of_supply(text: str) -> dict[str, Said]:
    """What a capability's text says of each requirement: met or unmet."""
    return {said.key: said for said in said_of_supply(text, lexicon_of_market())}


def of_terms(field: str, rows: Iterable[Any], said: Iterable[Said], taken: Sequence[str]) -> Iterator[Proposal]:
    """Terms of the reference data that were read and are not chosen yet (`taken`: values that the form sends)."""
    by_key = {row.key: row for row in rows}
    for each in said:
        row = by_key.get(each.key)
        if row is not None and str(row.pk) not in taken:
            yield Proposal(field, row.name, str(row.pk), each.sentence, each.phrase)


def of_money(field: str, money: Money, end: float | None) -> Proposal:
    """An amount that was read; `end` is the one that the field takes, in 万元."""
    return Proposal(field, _amount(money), f"{_exact(end or 0):f}", money.sentence, money.phrase)


def _amount(money: Money) -> str:
    low, high = money.low, money.high
    if low is not None and high is not None:
        return money_wan(_exact(high)) if low == high else money_range(_exact(low), _exact(high))
    if high is not None:
        return _("不超过 %(amount)s") % {"amount": money_wan(_exact(high))}
    return _("不低于 %(amount)s") % {"amount": money_wan(_exact(low or 0))}


def _exact(amount: float) -> Decimal:
    return Decimal(str(round(amount, 2)))


def city_names() -> Mapping[str, Sequence[str]]:
    """How the cities are named in Chinese texts, by key."""
    cities = Region.objects.filter(level=Region.Level.CITY).in_use()
    return {key: [name] for key, name in cities.values_list("key", "name_zh")}
