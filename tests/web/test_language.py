"""Chinese first, English a click away."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("preferred", ["en-US,en;q=0.9", "de", ""])
def test_is_chinese_whatever_the_browser_prefers(client: Client, preferred: str) -> None:
    page = client.get("/scenarios/", headers={"Accept-Language": preferred}).content.decode()
    assert '<html lang="zh-CN"' in page
    assert "场景机会" in page


def test_english_is_a_click_away_and_stays(client: Client) -> None:
    answer = client.post("/language/", {"language": "en", "next": "/scenarios/"}, follow=True)
    assert '<html lang="en"' in answer.content.decode()
    assert '<html lang="en"' in client.get("/capabilities/").content.decode()


def test_nonsense_in_the_cookie_is_chinese(client: Client) -> None:
    client.cookies["django_language"] = "xx"
    assert '<html lang="zh-CN"' in client.get("/scenarios/").content.decode()
