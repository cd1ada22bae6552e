"""From publishing an opportunity to its ranked matches on the page, with the worker warm."""

import time
from statistics import median

import django

from benchmarks.report import Figure, show

ROUNDS = 5


def run() -> int:
    """Build the demonstration world in a database of its own, then publish and wait for the page."""
    django.setup()
    from django.test import Client
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        from marketplace.accounts.models import User
        from marketplace.demo.world import build
        from marketplace.pairing.feed import renew_all
        from marketplace.pairing.tasks import renew_matches
        from marketplace.scenarios import actions
        from marketplace.scenarios.models import Scenario
        from marketplace.taxonomy.seeding import load_seeds

        list(load_seeds())
        build("posted", lambda _part, _count: None)
        renew_all(lambda _count: None)
        province = User.objects.get(email="province@demo.example")
        seconds = []
        for scenario in Scenario.objects.select_related("department").order_by("pk")[:ROUNDS]:
            officer = User.objects.filter(memberships__organisation=scenario.department).first()
            content = {"title": f"再次征集：{scenario.title}"[:80], "pain": scenario.pain + "希望尽快解决。"}
            texts = {name: getattr(scenario, name) for name in ("summary", "direction", "goals", "foundation")}
            terms = {
                name: getattr(scenario, name) for name in ("area", "sector", "kind", "region", "mode", "closes_at")
            }
            draft = actions.draft(
                actor=officer,
                department=scenario.department,
                contact_phone="0551-55501234",
                **content,
                **texts,
                **terms,
            )
            submitted = actions.submit(actor=officer, scenario=draft)
            client = Client()
            client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
            began = time.perf_counter()
            published = actions.publish(actor=province, scenario=submitted)
            renew_matches()  # what the hint makes the worker do
            page = client.get(f"/matches/scenarios/{published.pk}/", headers={"HX-Request": "true"}).content.decode()
            assert 'class="match"' in page
            seconds.append(time.perf_counter() - began)
        return show([Figure(f"publish to page, median of {ROUNDS}", median(seconds), 5.0, "s")])
    finally:
        teardown_databases(databases, verbosity=0)
