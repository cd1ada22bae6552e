"""Marks and labels of the demonstration world. The grades are those of the fixtures, the disagreements are invented."""

from marketplace.accounts.models import Office, User
from marketplace.demo.fixtures import read, read_judgements
from marketplace.demo.world import World
from marketplace.labelling import actions as labelling
from marketplace.labelling.models import Assignment
from marketplace.labelling.tasks import prepare_campaigns
from marketplace.learning.noting import note_all
from marketplace.pairing import actions as pairing
from marketplace.pairing.models import Mark
from marketplace.scenarios.models import Scenario

SCENARIOS = 4
SIZES = {"words": 3, "vectors": 3, "ranker": 3, "random": 3}
DONE_BY_DEMO_JUDGE = 9  # so that there is something left to do
REASONS = (Mark.Exclusion.TASK, Mark.Exclusion.UNMET, Mark.Exclusion.PRICE)


def mark(world: World) -> int:
    """Every second judged opportunity's department has looked at its list; returns how many marks it left."""
    officers = {row["key"]: world.owners[row["department"]] for row in read("scenarios")}
    count = 0
    for key, grades in sorted(read_judgements().items())[::2]:
        for place, (capability, grade) in enumerate(sorted(grades.items())):
            if grade >= 2:
                kind, exclusion = (Mark.Kind.INTERESTED, Mark.Kind.CONTACTED)[place % 2], ""
            elif place % 3 == 0:
                kind, exclusion = Mark.Kind.EXCLUDED, REASONS[count % len(REASONS)]
            else:
                continue
            pairing.mark_for_department(
                actor=officers[key],
                scenario=world.scenarios[key],
                capability=world.capabilities[capability],
                kind=kind,
                exclusion=exclusion,
            )
            count += 1
    return count


def label(world: World) -> int:
    """A campaign that two judges have finished and the demonstration's judge has begun; returns how many grades."""
    judged = read_judgements()
    keys = {world.scenarios[key].pk: key for key in sorted(judged)}
    scenarios = list(Scenario.objects.open().filter(pk__in=keys).order_by("pk")[:SCENARIOS])
    demo = User.objects.get(email="judge@demo.example")
    others = User.objects.filter(offices__role=Office.Role.JUDGE).exclude(pk=demo.pk).order_by("pk")[:2]
    campaign = labelling.create(
        actor=world.owners["province"],
        name="第一批试标（演示数据）",
        note="只看文字能不能解决，不考虑价格和地区。",
        scenarios=scenarios,
        labellers=[demo, *others],
        sizes=SIZES,
    )
    prepare_campaigns()
    capabilities = {row.pk: key for key, row in world.capabilities.items()}
    turns = Assignment.objects.filter(pair__campaign=campaign).select_related("pair", "labeller").order_by("position")
    count = 0
    for turn in turns:
        if turn.labeller == demo and turn.position > DONE_BY_DEMO_JUDGE:
            continue
        grade = judged[keys[turn.pair.scenario_id]].get(capabilities[turn.pair.capability_id], 0)
        if turn.slot == 2 and turn.pair_id % 5 == 0:
            grade = grade + 1 if grade < 3 else 2
        labelling.grade(actor=turn.labeller, assignment=turn, grade=grade)
        count += 1
    note_all()
    return count
