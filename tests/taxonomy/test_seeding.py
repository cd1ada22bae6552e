"""Reference data: complete, loaded again without change, and never against an administrator's will."""

import pytest

from marketplace.taxonomy.actions import merge, retire
from marketplace.taxonomy.models import Kind, PriorityArea, Programme, Region, Sector, Target
from marketplace.taxonomy.seeding import load_seeds
from tests.world import person

pytestmark = pytest.mark.django_db


def test_what_the_plan_names_is_there() -> None:
    list(load_seeds())
    assert PriorityArea.objects.count() == 8
    assert Kind.objects.count() == 5
    assert (Sector.objects.count(), Sector.objects.filter(is_official=True).count()) == (18, 2)
    assert Region.objects.filter(level="city", parent__key="340000").count() == 16
    assert Programme.objects.count() == 2
    targets = Target.objects.filter(programme__key="general-ai-2023-2025")
    assert {target.measure: int(target.value) for target in targets} == {
        "benchmark-scenarios": 20, "vertical-opportunities": 200, "sectors-shown": 18,
    }  # fmt: skip


def test_every_row_has_a_source() -> None:
    list(load_seeds())
    for model in (PriorityArea, Kind, Sector, Region, Programme, Target):
        assert not model.objects.filter(source="").exists(), model


def test_loading_again_changes_nothing_and_keeps_edits() -> None:
    list(load_seeds())
    sector = Sector.objects.get(key="finance")
    sector.name_zh = "金融科技"
    sector.save()
    again = list(load_seeds())
    assert sum(loaded.added + loaded.changed for loaded in again) == 0
    assert Sector.objects.get(key="finance").name_zh == "金融科技"


def test_retired_and_merged_terms_are_not_offered_but_stay() -> None:
    list(load_seeds())
    actor = person("admin")
    retire(actor=actor, term=Sector.objects.get(key="logistics"))
    merge(actor=actor, term=Sector.objects.get(key="finance"), into=Sector.objects.get(key="commerce"))
    assert Sector.objects.in_use().count() == 16
    assert Sector.objects.count() == 18
    assert Sector.objects.get(key="finance").merged_into.key == "commerce"
