"""Screenshots of every page as each role, at 1440 and 390 pixels, in both languages: so that anyone can look.

Usage: python -m tests.browser.screens BASE_URL FOLDER [PART_OF_NAME]
The application must be running there with the demonstration data.
"""

import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from marketplace.demo.accounts import PASSWORD
from tests.browser import chromium

WIDTHS = {"1440": (1440, 900), "390": (390, 844)}
LANGUAGES = ("zh-hans", "en")
# A page is an address, or the first link on another page whose address matches a pattern.
PUBLIC = {
    "home": "/",
    "scenarios": "/scenarios/",
    "scenarios-none": "/scenarios/?q=zzzz",
    "scenario": "/scenarios/ -> /scenarios/\\d+/$",
    "capabilities": "/capabilities/",
    "capability": "/capabilities/ -> /capabilities/\\d+/$",
    "cases": "/cases/",
    "case": "/cases/ -> /cases/\\d+/$",
    "events": "/events/",
    "event": "/events/ -> /events/\\d+/$",
    "figures": "/figures/",
    "login": "/account/login/",
    "signup": "/account/signup/",
    "reset": "/account/password/reset/",
    "missing": "/nothing/",
}
ROLES = {
    "province@demo.example": {
        "work": "/my/",
        "queue": "/scenarios/queue/",
        "organisations": "/organisations/queue/",
        "event": "/events/ -> /events/\\d+/$",
        "event-new": "/events/new/",
        "exposure": "/figures/exposure/",
        "exposure-rows": "/figures/exposure/suppliers/",
        "exposure-try": "/exposure/policies/try/",
        "profile": "/profile/",
        "scenario": "/scenarios/ -> /scenarios/\\d+/$",
        "inbox": "/notifications/",
        "labelling": "/labelling/",
        "campaign": "/labelling/ -> /labelling/\\d+/$",
        "campaign-new": "/labelling/new/",
        "learning": "/learning/",
        "training-pairs": "/learning/pairs/",
    },
    "department@demo.example": {
        "work": "/my/",
        "mine": "/scenarios/mine/",
        "new": "/scenarios/new/",
        "own": "/scenarios/mine/ -> /scenarios/\\d+/$",
        "applicants": "/my/ -> /applications/\\d+/$",
        "units": "/organisations/register/",
        "unit": "/organisations/register/ -> /organisations/\\d+/$",
        "inbox": "/notifications/",
    },
    "company@demo.example": {
        "work": "/my/",
        "mine": "/capabilities/mine/",
        "new": "/capabilities/new/",
        "own": "/capabilities/mine/ -> /capabilities/\\d+/$",
        "recommended": "/matches/recommended/",
        "event": "/events/ -> /events/\\d+/$",
        "apply": "/matches/recommended/ -> /applications/for/\\d+/$",
        "applications": "/applications/",
        "application": "/applications/ -> /applications/\\d+/$",
        "register": "/organisations/register/supplier/",
    },
    "judge@demo.example": {
        "work": "/my/",
        "profile": "/profile/",
        "labelling": "/labelling/",
        "turn": "/labelling/ -> /labelling/\\d+/next/$",
    },
}


def main(base: str, folder: Path, part: str) -> None:
    """Take them all."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium.path()), args=chromium.ARGUMENTS)
        for role, pages in {"": PUBLIC, **ROLES}.items():
            names = {
                name: address for name, address in pages.items() if part in f"{role.split('@')[0] or 'public'}-{name}"
            }
            if names:
                _role(browser, base, folder, role, names)
        browser.close()


def _role(browser: Browser, base: str, folder: Path, role: str, pages: dict[str, str]) -> None:
    context = browser.new_context(base_url=base, color_scheme="light")
    page = context.new_page()
    if role:
        page.goto("/account/login/")
        page.fill("[name=login]", role)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url("**/my/")
    for language in LANGUAGES:
        context.add_cookies([{"name": "django_language", "value": language, "url": base}])
        for width, (across, down) in WIDTHS.items():
            page.set_viewport_size({"width": across, "height": down})
            for name, address in pages.items():
                if _open(page, address):
                    shown = f"{role.split('@', maxsplit=1)[0] or 'public'}-{name}-{width}-{language[:2]}.png"
                    page.screenshot(path=folder / shown, full_page=True)
    context.close()


def _open(page: Page, address: str) -> bool:
    start, _arrow, pattern = address.partition(" -> ")
    page.goto(start)
    if pattern:
        links = [link.get_attribute("href") or "" for link in page.locator("main a[href]").all()]
        found = next((link for link in links if re.search(pattern, link)), None)
        if found is None:
            return False
        page.goto(found)
    page.wait_for_load_state("networkidle")
    return True


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")
