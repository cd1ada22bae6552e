"""Server time of the main pages, at the demonstration's size and at 20,000 opportunities."""

import time
from datetime import timedelta
from statistics import median

import django

from benchmarks.report import Figure, show

MANY = 20_000
PAGES = ("/", "/scenarios/", "/scenarios/?q=质控&status=all", "/scenarios/?area=digital-anhui", "/capabilities/")
GOAL_MS = {0: 300.0, MANY: 600.0}


def run() -> int:
    """Measure, add rows, measure again."""
    django.setup()
    from django.test import Client
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases
    from django.utils import timezone

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        from marketplace.demo.world import build
        from marketplace.scenarios.models import Scenario
        from marketplace.taxonomy.seeding import load_seeds

        list(load_seeds())
        build("posted", lambda _part, _count: None)
        figures = _measure(Client(), 0)
        models = list(Scenario.objects.all())
        now = timezone.now()
        rows = []
        for number in range(MANY):
            row = models[number % len(models)]
            row.pk = None
            row.title = f"{row.title[:60]} {number}"
            row.published_at = now - timedelta(minutes=number)
            rows.append(
                Scenario(**{field.attname: getattr(row, field.attname) for field in Scenario._meta.concrete_fields})
            )
        Scenario.objects.bulk_create(rows, batch_size=1000)
        return show([*figures, *_measure(Client(), MANY)])
    finally:
        teardown_databases(databases, verbosity=0)


def _measure(client: object, rows: int) -> list[Figure]:
    figures = []
    for page in PAGES:
        times = []
        for _round in range(9):
            began = time.perf_counter()
            answer = client.get(page)  # type: ignore[attr-defined]
            times.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200
        figures.append(Figure(f"{page} with {rows or 'demonstration'} rows", median(times[2:]), GOAL_MS[rows], "ms"))
    return figures
