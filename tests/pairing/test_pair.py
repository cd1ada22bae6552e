"""The page of a pair, the panels, and when nothing fits."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.pairing import actions
from marketplace.pairing.models import Mark
from marketplace.pairing.pair import Piece, pair_of, pieces_of
from marketplace.pairing.panel import panel_of_capability, panel_of_scenario, recommended
from matching.models import Match
from matching.ranker import standing_weights
from tests.pairing.worlds import matched_pair
from tests.world import make_world

LOGIN = "allauth.account.auth_backends.AuthenticationBackend"


def test_a_text_is_cut_where_its_sentences_stand() -> None:
    text = "先说一句。再说一句。最后。"
    assert list(pieces_of(text, {"再说一句。": 2, "最后。": 1, "没有的": 3})) == [
        Piece("先说一句。", 0), Piece("再说一句。", 2), Piece("最后。", 1),
    ]  # fmt: skip
    assert list(pieces_of("", {})) == []
    assert list(pieces_of("甲乙丙", {"甲乙": 1, "乙丙": 2})) == [Piece("甲乙", 1), Piece("丙", 0)]


@pytest.mark.django_db
def test_the_same_number_stands_in_both_texts() -> None:
    world = make_world()
    scenario, capability = matched_pair(world)
    pair = pair_of(scenario, capability, world.alice)
    numbers = [
        sorted(piece.number for section in side for piece in section.pieces if piece.number)
        for side in (pair.demand, pair.supply)
    ]
    assert numbers[0] == numbers[1]
    assert numbers[0][0] == 1
    for side, record in ((pair.demand, scenario), (pair.supply, capability)):
        for section in side:
            whole = "".join(piece.text for piece in section.pieces)
            assert whole in {str(getattr(record, field.name)) for field in record._meta.fields}
    client = Client()
    client.force_login(world.alice, backend=LOGIN)
    page = client.get(reverse("pairing:pair", args=[scenario.pk, capability.pk])).content.decode()
    assert set(re.findall(r'id="demand-(\d)"', page)) == set(re.findall(r'id="supply-(\d)"', page))
    assert "可应用场景" in page
    assert "拟解决问题" in page
    assert "未说明：" in page
    assert "从需求看" in page
    assert "从能力看" in page


@pytest.mark.django_db
def test_each_side_sees_its_own_mark_only() -> None:
    world = make_world()
    scenario, capability = matched_pair(world)
    actions.mark_for_department(
        actor=world.alice,
        scenario=scenario,
        capability=capability,
        kind=Mark.Kind.EXCLUDED,
        exclusion="other",
        reason="只做三甲医院",
    )
    assert pair_of(scenario, capability, world.alice).row.mark.reason == "只做三甲医院"
    assert pair_of(scenario, capability, world.carol).row.mark is None
    assert pair_of(scenario, capability, world.province).row.mark is None


@pytest.mark.django_db
def test_when_nothing_fits_the_pages_say_so_and_why() -> None:
    world = make_world()
    scenario, capability = matched_pair(world)
    threshold = standing_weights().threshold
    Match.objects.update(score=threshold - 0.1)
    client = Client()
    for panel, user, name, pk in (
        (panel_of_scenario(scenario), world.alice, "pairing:of-scenario", scenario.pk),
        (panel_of_capability(capability), world.carol, "pairing:of-capability", capability.pk),
    ):
        assert panel.nothing_fits
        client.force_login(user, backend=LOGIN)
        page = client.get(reverse(name, args=[pk])).content.decode()
        assert f"最接近的一项是 {threshold - 0.1:.0%}".replace("%", " %") in page
        assert '<details class="nearest">' in page
    Match.objects.update(score=threshold)
    assert not panel_of_scenario(scenario).nothing_fits


@pytest.mark.django_db
def test_a_pair_that_nobody_lists_has_its_page() -> None:
    world = make_world()
    scenario, capability = matched_pair(world)
    Match.objects.all().delete()
    client = Client()
    client.force_login(world.carol, backend=LOGIN)
    page = client.get(reverse("pairing:pair", args=[scenario.pk, capability.pk])).content.decode()
    assert "这一对不在任何一方的匹配名单里" in page
    assert scenario.pain in page


@pytest.mark.django_db
def test_a_supplier_is_recommended_what_it_was_invited_to_and_learns_nothing_else_of_the_departments_marks() -> None:
    world = make_world()
    scenario, capability = matched_pair(world)
    Match.objects.update(score=standing_weights().threshold - 0.1)
    actions.mark_for_department(
        actor=world.alice,
        scenario=scenario,
        capability=capability,
        kind=Mark.Kind.EXCLUDED,
        exclusion="other",
        reason="只做三甲医院",
    )
    assert [row.mark for row in recommended([capability])] == [None]
    client = Client()
    client.force_login(world.carol, backend=LOGIN)
    page = client.get(reverse("pairing:recommended")).content.decode()
    assert "只做三甲医院" not in page
    assert '<details class="nearest">' in page
    Mark.objects.all().delete()
    actions.invite(actor=world.alice, scenario=scenario, capability=capability, message="请来谈谈")
    assert [row.mark.kind for row in recommended([capability])] == ["invited"]
    assert '<details class="nearest">' not in client.get(reverse("pairing:recommended")).content.decode()
