"""A real browser against the real application, with a worker that keeps the matches."""

import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from marketplace.pairing.feed import renew_all
from matching.encoding import warm_encoder
from tests.browser import chromium
from tests.world import PASSWORD, World, make_world


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; in CI it must be there."""
    found = chromium.path()
    if found is None:
        message = chromium.HOW_TO_GET_IT
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(found), args=chromium.ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def world(transactional_db: None) -> World:
    """The small market of the tests, committed, so that the server's threads see it."""
    return make_world()


@pytest.fixture
def worker(world: World) -> Iterator[None]:
    """What the worker does, in a thread beside the server."""
    warm_encoder()  # as the real worker, which loads its model before the first hint
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.2):
            renew_all(lambda _n: None)
        connections.close_all()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture
def sign_in(browser: Browser, live_server: Any) -> Iterator[Any]:
    """`sign_in(user, language=…, width=…)` gives a page of that person in a browser of its own."""
    contexts: list[BrowserContext] = []

    def sign(user: Any = None, *, language: str = "zh-hans", width: int = 1440) -> Page:
        context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": 900})
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        if user is not None:
            page.goto("/account/login/")
            page.fill("[name=login]", user.email)
            page.fill("[name=password]", PASSWORD)
            page.click("main form button[type=submit]")
            page.wait_for_url("**/my/")
        return page

    yield sign
    for context in contexts:
        context.close()
