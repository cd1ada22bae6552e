"""Near-duplicates of a posting among 100,000, through the page that asks while it is written (words; no encoder)."""

import random
import time
from statistics import median

import django

from benchmarks.report import Figure, show

MANY = 100_000
GOAL_MS = 300.0
ROUNDS = 15


def run() -> int:
    """The demonstration's sentences shuffled, each text with its print; then ask for copies and for what is new."""
    django.setup()
    from django.test import Client
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        from marketplace.accounts.models import User
        from marketplace.demo.world import build
        from marketplace.scenarios.models import Scenario
        from marketplace.taxonomy.seeding import load_seeds

        list(load_seeds())
        build("posted", lambda _part, _count: None)
        _fill(MANY)
        officer = User.objects.get(email="department@demo.example")
        client = Client(headers={"HX-Request": "true"})
        client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
        rows = list(Scenario.objects.public().order_by("?")[:ROUNDS])
        copies = [_ask(client, row.title, row.pain + row.summary) for row in rows]
        found = sum(row.title in page for row, (_ms, page) in zip(rows, copies, strict=True))
        fresh = [_ask(client, f"另一件事{n}", "完全不同的内容，" * 40 + str(n)) for n in range(ROUNDS)]
        figures = [
            Figure(f"ask among {MANY:,}, median", median(ms for ms, _page in copies), GOAL_MS, "ms"),
            Figure(f"ask among {MANY:,}, worst", max(ms for ms, _page in copies), GOAL_MS, "ms"),
            Figure("ask for what is new, median", median(ms for ms, _page in fresh), GOAL_MS, "ms"),
            Figure("copies not found", float(ROUNDS - found), 0.0, "of 15"),
        ]
        return show(figures)
    finally:
        teardown_databases(databases, verbosity=0)


def _fill(count: int) -> None:
    from django.db import connection

    from marketplace.pairing.models import Print
    from marketplace.pairing.prints import known_places, renew_prints
    from marketplace.scenarios.models import Scenario
    from matching.engine.duplicates import METHOD, Text, bands_of

    while renew_prints():
        pass
    models = list(Scenario.objects.select_related("region"))
    sentences = [line for row in models for line in (row.pain + row.summary + row.goals).split("。") if len(line) > 12]
    dice, places = random.Random(7), known_places()  # noqa: S311  # a fixed sequence
    fields = [field.attname for field in Scenario._meta.concrete_fields]
    for start in range(0, count, 5000):
        rows, texts = [], []
        for number in range(start, start + 5000):
            row = dice.choice(models)
            values = {name: getattr(row, name) for name in fields} | {"id": None}
            body = "。".join(dice.sample(sentences, 12))
            values |= {"title": f"{row.title[:20]}{dice.choice(models).title[:20]}{number}", "pain": body}
            values |= {"summary": "", "goals": "", "foundation": "", "direction": ""}
            rows.append(Scenario(**values))
            texts.append(Text(values["title"], body))
        Scenario.objects.bulk_create(rows, batch_size=1000)
        Print.objects.bulk_create(
            [
                Print(scenario=row, revision=row.revision, method=METHOD, bands=bands_of(text, places).all)
                for row, text in zip(rows, texts, strict=True)
            ],
            batch_size=1000,
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE pairing_print")


def _ask(client: object, title: str, body: str) -> tuple[float, str]:
    began = time.perf_counter()
    answer = client.post("/matches/similar/scenarios/", {"title": title, "pain": body})  # type: ignore[attr-defined]
    assert answer.status_code == 200
    return (time.perf_counter() - began) * 1000, answer.content.decode()
