"""Why a match changed."""

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.capabilities import actions as capabilities
from marketplace.pairing.changes import compare_with_previous, keys_before
from marketplace.pairing.feed import feed_changes, renew_all
from marketplace.pairing.panel import panel_of_scenario, requirement_names
from marketplace.scenarios import actions as scenarios
from marketplace.taxonomy.models import Requirement
from matching.maker import made_alike
from matching.models import Document, Match
from matching.standing import standing_maker
from tests.pairing.worlds import matched_pair, the_match
from tests.world import make_world

pytestmark = pytest.mark.django_db


def _names(match: Match) -> dict[str, str]:
    return requirement_names([match], keys_before(match))


def test_nothing_to_compare_at_first() -> None:
    matched_pair(make_world())
    assert compare_with_previous(the_match(), {}) is None


def test_an_edited_demand_is_named_as_the_cause() -> None:
    world = make_world()
    scenario, _capability = matched_pair(world)
    before = the_match().score
    scenarios.edit(actor=world.alice, scenario=scenario, pain="我们要找会唱戏的机器人。", goals="每周唱一场。")
    renew_all(lambda _n: None)
    match = the_match()
    found = compare_with_previous(match, _names(match))
    assert found is not None
    assert (found.then, found.now) == (before, match.score)
    assert list(found.causes) == ["需求的内容改了"]
    assert found.moved[0].name in {"语义相近", "句子对应", "用词相同"}
    assert ("升到" if match.score > before else "降到") in found.sentence
    assert "原因：需求的内容改了。" in found.sentence


def test_a_requirement_that_turned_is_told() -> None:
    world = make_world()
    _scenario, capability = matched_pair(world)
    key = Requirement.objects.get(key="on-premises")
    capabilities.edit(
        actor=world.carol,
        capability=capability,
        offered=[Requirement.objects.get(key="data-stays-in-domain")],
        lacking=[key],
    )
    renew_all(lambda _n: None)
    match = the_match()
    found = compare_with_previous(match, _names(match))
    assert found is not None
    assert list(found.causes) == ["能力的内容或单位资料改了"]
    assert [turned.sentence for turned in found.requirements] == [f"{key.name}：从“满足”变为“不满足”"]
    assert "缺少的要求" in {part.name for part in found.moved}


def test_a_changed_text_or_maker_makes_a_match_stale_until_it_is_renewed() -> None:
    world = make_world()
    scenario, _capability = matched_pair(world)
    maker = standing_maker()
    match = the_match()
    assert made_alike(match.made_by, maker)
    assert not match.is_stale(maker)
    model, _colon, _weights = maker.partition(":")
    assert match.is_stale(f"{model}:000000000000")
    assert match.is_stale("another" + maker)
    assert not match.is_stale(maker.removeprefix(model))  # a machine without the model claims nothing of it

    scenarios.edit(actor=world.alice, scenario=scenario, goals="覆盖全部病历，十五秒内出结果。")
    feed_changes()
    assert the_match().is_stale(maker)
    assert panel_of_scenario(scenario).computing
    renew_all(lambda _n: None)
    assert not the_match().is_stale(maker)


def test_the_pages_say_that_an_older_engine_made_it_and_keep_the_result() -> None:
    world = make_world()
    scenario, capability = matched_pair(world)
    Match.objects.update(made_by="old:old")
    Document.objects.update(matched_by="old:old")
    client = Client()
    client.force_login(world.alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    panel = client.get(reverse("pairing:of-scenario", args=[scenario.pk])).content.decode()
    assert "匹配模型已更新，正在逐条重新计算" in panel
    assert 'class="match"' in panel
    page = client.get(reverse("pairing:pair", args=[scenario.pk, capability.pk])).content.decode()
    assert "匹配模型已更新，正在逐条重新计算" in page
    assert "<code>old</code>" in page
    renew_all(lambda _n: None)
    page = client.get(reverse("pairing:pair", args=[scenario.pk, capability.pk])).content.decode()
    assert "正在逐条重新计算" not in page
    assert "换了向量模型、换了排序权重" in page
