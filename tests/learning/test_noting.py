"""What deeds say about pairs: with graded strength, with the texts of the time, only as long as they stand."""

from datetime import timedelta

import pytest

from marketplace.applications import actions as applications
from marketplace.capabilities.models import Capability
from marketplace.cases import actions as cases
from marketplace.labelling import actions as labelling
from marketplace.labelling.models import Pair
from marketplace.learning.market import read_market
from marketplace.learning.models import TrainingPair
from marketplace.learning.noting import note_all
from marketplace.pairing import actions as pairing
from marketplace.pairing.feed import capability_ref, feed_changes, scenario_ref
from marketplace.pairing.models import Mark
from marketplace.scenarios import actions as scenarios
from marketplace.scenarios.models import Scenario
from marketplace.web.verdicts import Refused
from matching.models import Document, Match
from tests.labelling.campaigns import capabilities_of, grade_pair, open_campaign
from tests.world import World, make_world, published_capability, published_scenario, submitted_application

pytestmark = pytest.mark.django_db
Source = TrainingPair.Source


def _market(world: World) -> tuple[Scenario, Capability]:
    scenario, capability = published_scenario(world), published_capability(world)
    feed_changes()
    return scenario, capability


def _ranked(scenario: Scenario, capabilities: list[Capability], scores: list[float]) -> None:
    """The list as the department sees it, best first."""
    documents = {row.ref: row for row in Document.objects.all()}
    for capability, score in zip(capabilities, scores, strict=True):
        Match.objects.create(
            demand=documents[scenario_ref(scenario.pk)], supply=documents[capability_ref(capability.pk)], score=score,
            for_demand=score, for_supply=score, demand_fingerprint="a", supply_fingerprint="b", made_by="c",
        )  # fmt: skip


@pytest.mark.parametrize(("kind", "weight"), [("interested", 0.3), ("contacted", 0.5)])
def test_marks_for_good_count_by_their_strength(kind: str, weight: float) -> None:
    world = make_world()
    scenario, capability = _market(world)
    pairing.mark_for_department(actor=world.alice, scenario=scenario, capability=capability, kind=kind)
    assert note_all() == 1
    noted = TrainingPair.objects.get()
    assert (noted.source, noted.grade, noted.weight, noted.voice) == (kind, 2, weight, "demand")
    assert noted.happened_at == Mark.objects.get().marked_at
    assert noted.demand_text.fingerprint == Document.objects.get(side="demand").fingerprint
    assert note_all() == 0


@pytest.mark.parametrize(
    ("exclusion", "grade"), [("task", 0), ("unmet", 1), ("price", None), ("region", None), ("other", None)]
)
def test_only_reasons_about_fit_become_negatives(exclusion: str, grade: int | None) -> None:
    world = make_world()
    scenario, capability = _market(world)
    pairing.mark_for_supplier(
        actor=world.carol, scenario=scenario, capability=capability, kind="excluded", exclusion=exclusion, reason="太远"
    )
    note_all()
    noted = TrainingPair.objects.get()
    assert (noted.grade, noted.exclusion, noted.voice) == (grade, exclusion, "supply")
    assert TrainingPair.objects.about_fit().count() == (0 if grade is None else 1)
    assert sum(read_market().counts.values()) == (0 if grade is None else 1)


def test_an_exclusion_needs_its_kind_and_other_needs_words() -> None:
    world = make_world()
    scenario, capability = _market(world)
    for wrong in (
        {"exclusion": "", "reason": "太远"},
        {"exclusion": "other", "reason": " "},
        {"exclusion": "nonsense"},
    ):
        with pytest.raises(Refused):
            pairing.mark_for_department(
                actor=world.alice, scenario=scenario, capability=capability, kind="excluded", **wrong
            )
    kept = pairing.mark_for_department(
        actor=world.alice, scenario=scenario, capability=capability, kind="interested", exclusion="price"
    )
    assert kept.exclusion == ""


def test_a_changed_mark_changes_its_pair_and_an_unmarked_one_is_gone() -> None:
    world = make_world()
    scenario, capability = _market(world)
    pairing.mark_for_department(actor=world.alice, scenario=scenario, capability=capability, kind="interested")
    note_all()
    mark = pairing.invite(actor=world.alice, scenario=scenario, capability=capability)
    assert note_all() == 1
    assert TrainingPair.objects.get().source == Source.INVITED
    Mark.objects.filter(pk=mark.pk).delete()
    assert TrainingPair.objects.count() == 0


def test_the_texts_stay_those_of_the_time() -> None:
    world = make_world()
    scenario, capability = _market(world)
    pairing.mark_for_department(actor=world.alice, scenario=scenario, capability=capability, kind="interested")
    note_all()
    before = TrainingPair.objects.get().demand_text
    scenarios.edit(actor=world.alice, scenario=scenario, pain="完全换了一个问题。")
    feed_changes()
    note_all()
    assert TrainingPair.objects.get().demand_text == before
    assert "每天约九百份病历" in before.texts["pain"]
    market = read_market()
    assert f"{before.ref}@{before.fingerprint}" in market.dataset.grades
    assert len(market.dataset.demands) == 2  # the text of the time, and the one that is ranked now


def test_applications_count_and_acceptance_counts_more() -> None:
    world = make_world()
    scenario, _capability = _market(world)
    application = submitted_application(world, scenario)
    note_all()
    noted = TrainingPair.objects.get()
    # It names no capability: the applicant's only one is taken, for half.
    assert (noted.source, noted.grade, noted.weight, noted.voice) == (Source.APPLIED, 2, 0.35, "supply")
    cases.accept_application(actor=world.alice, application=application, reason="好")
    note_all()
    noted = TrainingPair.objects.get()
    assert (noted.source, noted.grade, noted.weight, noted.voice) == (Source.ACCEPTED, 3, 0.5, "demand")


def test_a_withdrawn_application_says_nothing() -> None:
    world = make_world()
    scenario, _capability = _market(world)
    application = submitted_application(world, scenario)
    note_all()
    applications.withdraw(actor=world.carol, application=application)
    note_all()
    assert TrainingPair.objects.count() == 0


def test_labels_count_when_settled_and_before_deeds() -> None:
    world = make_world()
    open_campaign(world)
    pair = grade_pair(Pair.objects.all()[0], 1, 1)
    pairing.mark_for_department(
        actor=world.alice, scenario=pair.scenario, capability=pair.capability, kind="interested"
    )
    note_all()
    assert sorted(TrainingPair.objects.values_list("source", flat=True)) == [Source.INTERESTED, Source.LABEL]
    verdict = next(iter(read_market().verdicts.values()))
    assert (verdict.grade, verdict.weight) == (1, 1.0)
    turn = pair.assignments.get(slot=1)
    labelling.grade(actor=turn.labeller, assignment=turn, grade=3)
    note_all()
    assert list(TrainingPair.objects.values_list("source", flat=True)) == [Source.INTERESTED]


def test_people_who_contradict_each_other_say_nothing() -> None:
    world = make_world()
    scenario, capability = _market(world)
    pairing.mark_for_department(actor=world.alice, scenario=scenario, capability=capability, kind="contacted")
    pairing.mark_for_supplier(
        actor=world.carol, scenario=scenario, capability=capability, kind="excluded", exclusion="task"
    )
    note_all()
    market = read_market()
    assert market.verdicts == {}
    assert market.counts == {"contacted": 1, "excluded": 1}


def test_only_what_stood_above_a_marked_pair_is_a_weak_negative() -> None:
    world = make_world()
    scenario, capabilities = published_scenario(world), capabilities_of(world)
    feed_changes()
    _ranked(scenario, capabilities, [0.9, 0.8, 0.7, 0.6, 0.05])
    pairing.mark_for_department(actor=world.alice, scenario=scenario, capability=capabilities[2], kind="interested")
    note_all()
    shown = TrainingPair.objects.filter(source=Source.SHOWN)
    assert [(row.capability, row.rank, row.grade, row.weight) for row in shown.order_by("rank")] == [
        (capabilities[0], 1, 0, 0.1),
        (capabilities[1], 2, 0, 0.1),
    ]
    assert TrainingPair.objects.get(source=Source.INTERESTED).rank == 3
    pairing.mark_for_department(actor=world.alice, scenario=scenario, capability=capabilities[0], kind="contacted")
    note_all()
    assert [row.capability for row in TrainingPair.objects.filter(source=Source.SHOWN)] == [capabilities[1]]
    first = read_market().verdicts
    assert sorted((verdict.grade, verdict.weight) for verdict in first.values()) == [(0, 0.1), (2, 0.3), (2, 0.5)]


def test_time_is_that_of_the_deed() -> None:
    world = make_world()
    scenario, capability = _market(world)
    pairing.mark_for_department(actor=world.alice, scenario=scenario, capability=capability, kind="interested")
    earlier = Mark.objects.get().marked_at - timedelta(days=40)
    Mark.objects.update(marked_at=earlier)
    note_all()
    assert next(iter(read_market().verdicts.values())).time == earlier.timestamp()
