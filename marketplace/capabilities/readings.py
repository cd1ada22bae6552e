"""What the texts of the capability form say, put beside its fields while they are typed. Nothing here is stored."""

from collections.abc import Iterator
from typing import cast

from marketplace.capabilities.forms import CapabilityForm
from marketplace.capabilities.models import TEXT_LIMIT
from marketplace.taxonomy.models import Deployment, Maturity, Modality
from marketplace.taxonomy.proposals import Proposal, Readings, of_money, of_terms, requirements_of_supply
from marketplace.taxonomy.stands import StandsField
from matching.engine.facts import computing_of, maturity_of, money_of
from matching.engine.requirements import deployments_of, modalities_of

TEXTS = ("name", "summary", "scenes", "evidence", "technology", "highlights")
WORDS = {"met": "met", "unmet": "unmet"}
FIELDS = ("modalities", "deployments", "maturity", "compute", "price_min_wan", "price_max_wan")


def readings_of(form: CapabilityForm) -> Readings:
    """Of the form as it stands: typed so far, or as it was stored."""
    text = "\n".join(form.typed(name)[:TEXT_LIMIT] for name in TEXTS)
    stated = cast(StandsField, form.fields["requirements"])
    rows = stated.rows(form["requirements"].value() or {}, requirements_of_supply(text), WORDS)
    return Readings.of(rows, FIELDS, _facts(form, text))


def _facts(form: CapabilityForm, text: str) -> Iterator[Proposal]:
    modalities, deployments = modalities_of(text, supply=True), deployments_of(text, supply=True)
    yield from of_terms("modalities", Modality.objects.in_use(), modalities, form.ticked("modalities"))
    yield from of_terms("deployments", Deployment.objects.in_use(), deployments, form.ticked("deployments"))
    if (level := maturity_of(text)) and not form.typed("maturity"):
        yield from of_terms("maturity", Maturity.objects.in_use(), [level], ())
    if (computing := computing_of(text)) and not form.typed("compute"):
        yield Proposal("compute", computing.phrase, computing.phrase, computing.sentence, computing.phrase)
    if money := money_of(text):
        if money.low is not None and not form.typed("price_min_wan"):
            yield of_money("price_min_wan", money, money.low)
        if money.high is not None and not form.typed("price_max_wan"):
            yield of_money("price_max_wan", money, money.high)
