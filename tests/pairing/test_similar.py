"""Near-duplicates beside the forms and at import: found among what the person may see, and among nothing else."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.pairing import meaning
from marketplace.pairing.feed import renew_all
from marketplace.pairing.models import Print
from marketplace.pairing.prints import renew_prints, text_of_scenario
from marketplace.pairing.similar import check_batch, similar_to
from marketplace.scenarios import actions as scenarios
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import Region
from matching.encoding import warm_encoder
from matching.engine.duplicates import Text
from tests.world import (
    World,
    draft_scenario,
    make_world,
    published_capability,
    published_scenario,
    scenario_content,
)

pytestmark = pytest.mark.django_db
PAIN = "每天约九百份病历靠人工逐份抽查，只能查百分之五，漏项要到医保退单才发现。"
SUMMARY = "全县三家医院年出院六万人次，病案科五个人。"


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _typed(**changes: Any) -> dict[str, Any]:
    return {"title": "县医院病案首页自动质控", "summary": SUMMARY, "pain": PAIN, **changes}


def _page(user: Any, **changes: Any) -> str:
    answer = _client(user).post(reverse("pairing:similar-scenarios"), _typed(**changes))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_draft_is_shown_to_its_own_department_only() -> None:
    world = make_world()
    draft = draft_scenario(world)
    renew_prints()
    assert draft.get_absolute_url() in _page(world.alice)
    assert draft.get_absolute_url() not in _page(world.bob)
    submitted = scenarios.submit(actor=world.alice, scenario=draft)
    assert submitted.get_absolute_url() not in _page(world.bob)
    published = scenarios.publish(actor=world.province, scenario=submitted)
    assert published.get_absolute_url() in _page(world.bob)


def test_who_may_not_post_may_not_ask() -> None:
    world = make_world()
    published_scenario(world)
    renew_prints()
    assert _client(world.carol).post(reverse("pairing:similar-scenarios"), _typed()).status_code == 403
    assert Client().post(reverse("pairing:similar-scenarios"), _typed()).status_code == 302


def test_what_differs_is_shown() -> None:
    world = make_world()
    published_scenario(world)
    renew_prints()
    hefei = Region.objects.get(key="340100").pk
    closes = (timezone.localdate() + timedelta(days=60)).isoformat()
    page = _page(
        world.alice,
        region=hefei,
        closes_on=closes,
        budget_wan="95",
        pain=PAIN.replace("百分之五", "百分之八"),
        department=world.department.pk,
    )
    assert "可能重复</span>" in page
    assert "95 万元" in page
    assert "80 万元" in page
    assert "<mark>八</mark>" in page
    assert "<mark>五</mark>" in page
    assert "截止日期：" in page


def test_the_same_for_another_city_is_a_sibling() -> None:
    world = make_world()
    published_scenario(world)
    renew_prints()
    page = _page(world.bob, region=Region.objects.get(key="340200").pk)
    assert "同类，不是重复" in page
    assert "芜湖" in page
    assert "合肥" in page
    assert "可能重复</span>" not in page


def test_a_record_is_not_like_itself() -> None:
    world = make_world()
    draft = draft_scenario(world)
    renew_prints()
    assert draft.get_absolute_url() not in _page(world.alice, similar_but=draft.pk)
    page = _client(world.alice).get(reverse("pairing:similar-to-scenario", args=[draft.pk])).content.decode()
    assert "没有找到相近的内容" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"region": "x", "closes_on": "2025-99-99", "budget_wan": "NaN", "similar_but": "1; drop"},
        {"region": "99999999999999999999", "budget_wan": "1e999", "department": "0x1"},
        {"title": "<script>", "pain": "长" * 200_000, "summary": "\x00😀"},
        {"title": "", "pain": "", "summary": ""},
        {"budget_wan": "-5", "closes_on": "昨天", "region": "²"},
    ],
)
def test_anything_may_be_typed(changes: dict[str, Any]) -> None:
    world = make_world()
    published_scenario(world)
    renew_prints()
    assert "<script>" not in _page(world.alice, **changes)
    assert Scenario.objects.count() == 1


def test_prints_follow_the_texts_and_are_found_by_query() -> None:
    world = make_world()
    draft = draft_scenario(world)
    published_capability(world)
    assert renew_prints() == 2
    assert renew_prints() == 0
    before = Print.objects.get(scenario=draft).bands
    scenarios.edit(actor=world.alice, scenario=draft, pain="完全改写：排队叫号系统经常出错，病人跑错楼层。")
    assert renew_prints() == 1
    assert Print.objects.get(scenario=draft).bands != before
    Print.objects.update(method=0)
    assert renew_prints() == 2


def test_one_product_under_two_names() -> None:
    world = make_world()
    capability = published_capability(world)
    renew_prints()
    sent = {"name": "慧审病历助手", "summary": capability.summary, "scenes": capability.scenes}
    sent |= {"technology": capability.technology, "organisation": world.other_company.pk}
    page = _client(world.dave).post(reverse("pairing:similar-capabilities"), sent).content.decode()
    assert "可能重复</span>" in page
    assert "病案首页质控引擎" in page
    assert world.other_company.name in page


def test_an_import_is_checked_as_a_whole() -> None:
    world = make_world()
    standing = published_scenario(world)
    draft_scenario(
        world, title="别人的草稿", pain="塔吊吊物下站人，靠安全员盯着，夜里没人看得见。", summary="工地四十处。"
    )
    renew_prints()
    rows = [
        text_of_scenario(standing),
        Text("公交排班", "市区九十六条线路排班靠手工调整，雨天常常运力不足，需要提前预测客流。"),
        Text("公交智能排班", "市区九十六条线路的排班靠手工调整，雨天常常运力不足，需要提前预测客流。"),
        Text("别人的草稿", "工地四十处。塔吊吊物下站人，靠安全员盯着，夜里没人看得见。"),
    ]
    checked = check_batch(user=world.bob, side="scenario", rows=rows)
    assert [[found.record.pk for found in each.existing] for each in checked] == [[standing.pk], [], [], []]
    assert [[place for place, _result in each.within] for each in checked] == [[], [2], [1], []]
    assert checked[0].existing[0].comparison.kind == "duplicate"


def test_the_statements_do_not_grow_with_the_market() -> None:
    world = make_world()
    published_scenario(world)
    renew_prints()
    text = Text("县医院病案首页自动质控", f"{SUMMARY}\n{PAIN}")
    counts = []
    for more in (0, 8):
        for number in range(more):
            published_scenario(world, title=f"县医院病案首页自动质控{number}", budget_wan=Decimal(number))
        renew_prints()
        bob = User.objects.get(pk=world.bob.pk)  # without what was read of his memberships
        with CaptureQueriesContext(connection) as captured:
            assert similar_to(user=bob, side="scenario", text=text)
        counts.append(len(captured))
    assert counts == [8, 8]


def test_what_says_the_same_in_other_words_comes_from_the_worker(world_matched: World) -> None:
    world = world_matched
    told = {
        "title": "出院病历机器检查",
        "summary": "三所县级医院一年六万多人出院，管病历的只有五名同事。",
        "pain": "九百来份病历一天一份一份用眼睛看，二十份里只看得了一份，缺项总是等医保拒付才知道。",
    }
    client = _client(world.bob)
    page = client.post(reverse("pairing:similar-scenarios"), told).content.decode()
    assert "县医院病案首页自动质控" not in page
    address = page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    token = address.split("/by-meaning/")[1].split("/")[0]
    waiting = client.get(address).content.decode()
    assert "tries=3" in waiting
    assert meaning.answer_question(token, warm_encoder()) >= 1
    found = client.get(address).content.decode()
    assert "说法不同，意思相近" in found
    assert "县医院病案首页自动质控" in found
    assert "hx-get" not in found
    # The question and its answer belong to the person who asked.
    assert _client(world.alice).get(address).status_code == 404
    assert meaning.answer_question("gone", warm_encoder()) == 0


@pytest.fixture
def world_matched() -> World:
    """A market whose texts have vectors."""
    world = make_world()
    published_scenario(world)
    others = ["河道漂浮物巡查", "茶园病虫害识别", "公交排班预测"]
    for number, title in enumerate(others):
        pain = f"{title}全靠人工，第{number}组二百人也不够。"
        published_scenario(world, **scenario_content(title=title, pain=pain, summary=f"{title}现状", goals=""))
    renew_all(lambda _n: None)
    renew_prints()
    return world
