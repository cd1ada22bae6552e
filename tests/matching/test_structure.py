"""Requirements are met, missed or unknown; unknown is neither."""

from hypothesis import given
from hypothesis import strategies as st

from matching.engine.documents import Facets
from matching.engine.structure import compare

KEYS = st.frozensets(st.sampled_from(["on-premises", "offline", "dialect", "mlps-3"]), max_size=4)


def _outcomes(demand: Facets, supply: Facets) -> dict[str, str]:
    return {asked.key: asked.outcome for asked in compare(demand, supply).requirements}


def test_three_outcomes() -> None:
    demand = Facets(asked={"offline": "required", "dialect": "required", "mlps-3": "preferred"})
    supply = Facets(offered=frozenset(["offline"]), lacking=frozenset(["dialect"]))
    assert _outcomes(demand, supply) == {"offline": "met", "dialect": "missed", "mlps-3": "unknown"}


def test_a_cloud_product_misses_on_premises_and_silence_is_unknown() -> None:
    demand = Facets(asked={"on-premises": "required"})
    assert _outcomes(demand, Facets(deployments=frozenset(["cloud"]))) == {"on-premises": "missed"}
    assert _outcomes(demand, Facets(deployments=frozenset(["cloud", "on-premises"]))) == {"on-premises": "met"}
    assert _outcomes(demand, Facets()) == {"on-premises": "unknown"}


def test_money_above_the_budget_disagrees_and_no_budget_says_nothing() -> None:
    assert compare(Facets(money_high=50), Facets(money_low=80)).money is False
    assert compare(Facets(money_high=50), Facets(money_low=30)).money is True
    assert compare(Facets(), Facets(money_low=30)).money is None


@given(KEYS, KEYS, KEYS)
def test_offering_more_never_loses_a_met_requirement(
    asked: frozenset[str], offered: frozenset[str], more: frozenset[str]
) -> None:
    demand = Facets(asked=dict.fromkeys(asked, "required"))
    before = _outcomes(demand, Facets(offered=offered))
    after = _outcomes(demand, Facets(offered=offered | more))
    assert all(after[key] == "met" for key, outcome in before.items() if outcome == "met")
