"""Beside the posting form: requirements read and confirmed by keyboard, proposals taken over, duplicates shown."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from marketplace.pairing.prints import renew_prints
from marketplace.scenarios.models import Scenario
from tests.browser.test_story import _axe
from tests.world import World, published_scenario

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
NEEDS = "系统须本地化部署，无需驻场；最好支持方言。预算50-100万元。"


@pytest.mark.parametrize("width", [1440, 390])
def test_what_is_typed_is_read_and_confirmed(width: int, world: World, sign_in: Callable[..., Page]) -> None:
    published_scenario(world)
    renew_prints()
    page = sign_in(world.bob, width=width)
    page.goto("/scenarios/new/")
    page.get_by_label("机会名称").fill("县医院病案首页自动质控")
    page.get_by_label("拟解决问题").fill(
        "每天约九百份病历靠人工逐份抽查，只能查百分之五，漏项要到医保退单才发现。" + NEEDS
    )
    expect(page.locator("#readings")).to_contain_text("从文字中读到 3 项要求")
    expect(page.locator("#requirement-mobile")).to_be_hidden()
    expect(page.locator("#similar")).to_contain_text("县医院病案首页自动质控")

    page.locator("#id_requirements-on-premises-required").focus()
    page.keyboard.press("Space")
    expect(page.locator("#readings")).to_contain_text("从文字中读到 2 项要求")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#id_requirements-on-premises-preferred")).to_be_checked()
    expect(page.locator("#said-on-premises")).to_contain_text("与文字不同")
    page.keyboard.press("ArrowLeft")
    page.locator("#id_requirements-onsite-service-no").check()

    page.locator("#read-budget_wan").get_by_role("button", name="采用").click()
    expect(page.get_by_label("投资规模")).to_have_value("100.0")
    expect(page.locator("#read-budget_wan")).to_be_empty()
    assert _axe(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0

    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    scenario = Scenario.objects.get(department=world.other_department)
    assert [row.key for row in scenario.required.all()] == ["on-premises"]
    assert [row.key for row in scenario.waived.all()] == ["onsite-service"]
    assert not scenario.preferred.exists()  # the dialects were read, and nobody confirmed them
