"""What an opportunity asks of applications: chosen by the department, or its mode's defaults until then."""

from marketplace.scenarios.models import ApplicationTerms, Scenario
from marketplace.taxonomy.models import ApplicationPart

# When neither the department nor the mode of cooperation says anything.
LEAST = [ApplicationPart.PROPOSAL.value]


def terms_of(scenario: Scenario) -> ApplicationTerms:
    """The stored terms, or unsaved ones with the defaults of the mode."""
    stored = ApplicationTerms.objects.filter(scenario_id=scenario.pk).select_related("region").first()
    if stored is not None:
        stored.scenario = scenario
        return stored
    mode = scenario.mode
    if mode is None:
        return ApplicationTerms(scenario=scenario, parts=LEAST)
    return ApplicationTerms(
        scenario=scenario,
        parts=mode.parts or LEAST,
        sealed=mode.sealed,
        consortium=mode.consortium,
        notice_days=mode.notice_days,
    )
