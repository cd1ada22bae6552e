"""What the texts of the posting form say, put beside its fields while they are typed. Nothing here is stored."""

from collections.abc import Iterator
from typing import cast

from marketplace.scenarios.forms import ScenarioForm
from marketplace.scenarios.models import TEXT_LIMIT
from marketplace.taxonomy.models import Deployment, Maturity, Modality, Region
from marketplace.taxonomy.proposals import Proposal, Readings, city_names, of_money, of_terms, requirements_of_demand
from marketplace.taxonomy.stands import StandsField
from matching.engine.facts import computing_of, least_maturity_of, money_of, places_of
from matching.engine.requirements import deployments_of, modalities_of

TEXTS = ("title", "summary", "pain", "goals", "foundation", "direction")
WORDS = {"required": "required", "preferred": "preferred", "waived": "no"}
FIELDS = ("modalities", "deployments", "least_maturity", "compute", "budget_wan", "region")


def readings_of(form: ScenarioForm) -> Readings:
    """Of the form as it stands: typed so far, or as it was stored."""
    text = "\n".join(form.typed(name)[:TEXT_LIMIT] for name in TEXTS)
    asked = cast(StandsField, form.fields["requirements"])
    rows = asked.rows(form["requirements"].value() or {}, requirements_of_demand(text), WORDS)
    return Readings.of(rows, FIELDS, _facts(form, text))


def _facts(form: ScenarioForm, text: str) -> Iterator[Proposal]:
    yield from of_terms("modalities", Modality.objects.in_use(), modalities_of(text), form.ticked("modalities"))
    yield from of_terms("deployments", Deployment.objects.in_use(), deployments_of(text), form.ticked("deployments"))
    if (level := least_maturity_of(text)) and not form.typed("least_maturity"):
        yield from of_terms("least_maturity", Maturity.objects.in_use(), [level], ())
    if (places := places_of(text, city_names())) and not form.typed("region"):
        yield from of_terms("region", Region.objects.in_use(), places[:2], ())
    if (computing := computing_of(text)) and not form.typed("compute"):
        yield Proposal("compute", computing.phrase, computing.phrase, computing.sentence, computing.phrase)
    if (money := money_of(text)) and not form.typed("budget_wan"):
        yield of_money("budget_wan", money, money.low if money.high is None else money.high)
