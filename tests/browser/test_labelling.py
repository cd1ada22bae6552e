"""The labeller's desk in a real browser: keys, saving by itself, going back; and axe on the new pages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from marketplace.labelling.models import Assignment, Pair
from marketplace.learning.noting import note_all
from tests.browser.test_story import _axe
from tests.labelling.campaigns import grade_pair, open_campaign, turns_of
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


def _grade(turn: Assignment) -> int | None:
    return Assignment.objects.get(pk=turn.pk).grade


def test_keys_grade_skip_and_go_back(world: World, sign_in: Callable[..., Page]) -> None:
    open_campaign(world)
    turns = turns_of(world.judge)
    judge = sign_in(world.judge)
    judge.get_by_role("link", name="开始标注").click()
    progress = judge.locator(".labelling-progress")
    expect(progress).to_contain_text(f"0 / {len(turns)}")
    expect(judge.get_by_text("现有产品就能完成主要任务")).to_be_visible()

    judge.keyboard.press("3")
    expect(progress).to_contain_text(f"1 / {len(turns)}")
    expect(progress).to_contain_text("已自动保存")
    assert _grade(turns[0]) == 3

    judge.keyboard.press("s")
    judge.wait_for_url(f"**/turns/{turns[2].pk}/")
    assert Assignment.objects.get(pk=turns[1].pk).skipped_at is not None

    judge.keyboard.press("ArrowLeft")
    judge.wait_for_url(f"**/turns/{turns[1].pk}/")
    judge.keyboard.press("b")
    judge.wait_for_url(f"**/turns/{turns[0].pk}/")
    expect(judge.locator(".grade-3")).to_have_attribute("aria-pressed", "true")
    judge.keyboard.press("1")
    judge.wait_for_url(f"**/turns/{turns[2].pk}/")
    assert _grade(turns[0]) == 1

    judge.keyboard.press("ArrowRight")
    judge.wait_for_url(f"**/turns/{turns[3].pk}/")
    note = judge.get_by_label("说明（可不填）")
    note.fill("缺 3 个接口")  # a digit while typing is text
    expect(judge.get_by_text("说明已保存")).to_be_visible()
    assert Assignment.objects.get(pk=turns[3].pk).note == "缺 3 个接口"
    assert _grade(turns[3]) is None
    note.press("Escape")
    judge.keyboard.press("0")
    judge.wait_for_url(f"**/turns/{turns[2].pk}/")
    assert _grade(turns[3]) == 0

    for key, turn in (("2", turns[2]), ("2", turns[4])):
        judge.wait_for_url(f"**/turns/{turn.pk}/")
        judge.keyboard.press(key)
    judge.wait_for_url(f"**/turns/{turns[1].pk}/")
    expect(judge.get_by_text("这对文本您跳过过")).to_be_visible()
    judge.keyboard.press("2")
    expect(judge.get_by_text("已全部标完")).to_be_visible()
    assert Assignment.objects.graded().filter(labeller=world.judge).count() == len(turns)


def test_everything_works_without_a_script(world: World, browser: object, live_server: object) -> None:
    open_campaign(world)
    turn = turns_of(world.judge)[0]
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto("/account/login/")
    page.fill("[name=login]", world.judge.email)
    page.fill("[name=password]", "Test-password-2026")
    page.click("main form button[type=submit]")
    page.goto(f"/labelling/turns/{turn.pk}/")
    page.locator(".grade-2").click()
    assert _grade(turn) == 2
    page.goto(f"/labelling/turns/{turn.pk}/")
    page.fill("#note", "写下来")
    page.get_by_role("button", name="保存说明").click()
    assert Assignment.objects.get(pk=turn.pk).note == "写下来"
    assert _grade(turn) == 2
    context.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_serious(width: int, world: World, sign_in: Callable[..., Page]) -> None:
    campaign = open_campaign(world)
    disputed = grade_pair(Pair.objects.all()[0], 0, 3)
    grade_pair(Pair.objects.all()[1], 2, 2)
    note_all()
    turn = turns_of(world.judge)[2]
    places = {
        world.judge: ["/labelling/", f"/labelling/turns/{turn.pk}/"],
        world.province: [
            "/labelling/", "/labelling/new/", campaign.get_absolute_url(), f"/labelling/pairs/{disputed.pk}/",
            "/learning/", "/learning/pairs/",
        ],
    }  # fmt: skip
    found = []
    for user, addresses in places.items():
        page = sign_in(user, width=width)
        for address in addresses:
            page.goto(address)
            page.wait_for_load_state("networkidle")
            found += _axe(page)
            across = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
            if across > 0:
                found.append(f"{address} is {across} px wider than the screen at {width}")
    assert found == []
