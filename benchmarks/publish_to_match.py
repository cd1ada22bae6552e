"""From publishing an opportunity to its ranked matches on the page, through queue and worker, with the worker warm."""

import time
from statistics import median

import django

from benchmarks.application import running
from benchmarks.report import Figure, show

ROUNDS = 7


def run() -> int:
    """Publish in the running application, then ask for the page's matches until they are there."""
    with running("posted"):
        django.setup()
        from marketplace.accounts.models import User
        from marketplace.scenarios import actions
        from marketplace.scenarios.models import Scenario

        province = User.objects.get(email="province@demo.example")
        seconds = []
        rows = Scenario.objects.select_related("department").exclude(title__startswith="再次征集").order_by("pk")
        for scenario in rows[:ROUNDS]:
            officer = User.objects.filter(memberships__organisation=scenario.department).first()
            texts = {name: getattr(scenario, name) for name in ("summary", "direction", "goals", "foundation")}
            terms = {
                name: getattr(scenario, name) for name in ("area", "sector", "kind", "region", "mode", "closes_at")
            }
            draft = actions.draft(
                actor=officer,
                department=scenario.department,
                contact_phone="0551-55501234",
                title=f"再次征集：{scenario.title}"[:80],
                pain=f"{scenario.pain}希望尽快解决。",
                **texts,
                **terms,
            )
            submitted = actions.submit(actor=officer, scenario=draft)
            seconds.append(_publish_and_wait(actions.publish, province, officer, submitted))
            actions.withdraw(actor=officer, scenario=Scenario.objects.get(pk=submitted.pk), reason="量好了")
        worst = Figure(f"publish to page, worst of {ROUNDS}", max(seconds), 10.0, "s")
        return show([Figure(f"publish to page, median of {ROUNDS}", median(seconds), 5.0, "s"), worst])


def _publish_and_wait(publish: object, province: object, officer: object, scenario: object) -> float:
    from django.test import Client

    client = Client(headers={"HX-Request": "true", "Host": "localhost"})
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
    began = time.perf_counter()
    published = publish(actor=province, scenario=scenario)  # type: ignore[operator]
    while time.perf_counter() - began < 60:
        if 'class="match"' in client.get(f"/matches/scenarios/{published.pk}/").content.decode():
            return time.perf_counter() - began
        time.sleep(0.1)
    raise TimeoutError("no matches within a minute")
