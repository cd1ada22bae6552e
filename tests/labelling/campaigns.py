"""Small campaigns for tests: one drawn by the real worker's functions, others with pairs put together by hand."""

from marketplace.accounts.actions import grant_office
from marketplace.accounts.models import Office, User
from marketplace.capabilities.models import Capability
from marketplace.labelling import actions
from marketplace.labelling.drawing import Drawn
from marketplace.labelling.models import Assignment, Campaign, Pair
from marketplace.pairing.feed import capability_ref, feed_changes, scenario_ref
from marketplace.scenarios.models import Scenario
from matching.actions import keep_texts
from tests.world import World, person, published_capability, published_scenario

SUBJECTS = ("病案编码", "秸秆火点识别", "渣土车识别", "茶叶采摘")
SIZES = {"words": 1, "vectors": 1, "ranker": 1, "random": 2}


def second_judge(world: World, name: str = "judy") -> User:
    """Another judge."""
    judge = person(name)
    grant_office(actor=world.province, user=judge, role=Office.Role.JUDGE)
    return judge


def capabilities_of(world: World) -> list[Capability]:
    """Carol's company offers what fits, and other things."""
    others = [
        published_capability(world, name=subject, summary=f"{subject}的软件。", scenes="现场作业。")
        for subject in SUBJECTS
    ]
    return [published_capability(world), *others]


def waiting_campaign(world: World, scenario: Scenario, labellers: list[User] | None = None) -> Campaign:
    """Created, its pairs not drawn."""
    people = labellers or [world.judge, second_judge(world)]
    return actions.create(actor=world.province, name="第一批", scenarios=[scenario], labellers=people, sizes=SIZES)


def open_campaign(world: World, labellers: list[User] | None = None) -> Campaign:
    """One opportunity against all capabilities, for two judges; no encoder is loaded for it."""
    scenario, capabilities = published_scenario(world), capabilities_of(world)
    campaign = waiting_campaign(world, scenario, labellers)
    feed_changes()
    texts = keep_texts([scenario_ref(scenario.pk), *(capability_ref(row.pk) for row in capabilities)])
    demand = texts[scenario_ref(scenario.pk)]
    drawn = [Drawn(scenario, row, demand, texts[capability_ref(row.pk)], ["random"]) for row in capabilities]
    assert actions.open_drawn(campaign=campaign, drawn=drawn)
    return Campaign.objects.get(pk=campaign.pk)


def turns_of(user: User) -> list[Assignment]:
    """The person's turns in order."""
    return list(Assignment.objects.visible_to(user).select_related("pair"))


def grade_pair(pair: Pair, first: int, second: int) -> Pair:
    """Both labellers give a grade."""
    for turn, grade in zip(pair.assignments.order_by("slot"), (first, second), strict=True):
        actions.grade(actor=turn.labeller, assignment=turn, grade=grade)
    return Pair.objects.get(pk=pair.pk)
