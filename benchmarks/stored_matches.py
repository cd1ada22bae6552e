"""Server time of the page of stored matches at 10,000 documents with 50 matches each, beside a page read row by row."""

import random
import time
from collections.abc import Callable
from functools import partial
from statistics import median, quantiles
from typing import Any

import django

from benchmarks.report import Figure, show

EACH = 5_000  # documents of a side
KEPT = 50
PAGES = 60
GOAL_MS = 30.0


def run() -> int:
    """Fill the tables, then ask for pages of many records as their own people, in blocks with the peer's."""
    django.setup()
    from django.conf import settings
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # no collected files are needed
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        return show(_measure(*_fill()))
    finally:
        teardown_databases(databases, verbosity=0)


def _fill() -> tuple[list[Any], list[Any]]:
    """The demonstration world, matched for real, and copies of its records, texts and reasons."""
    from marketplace.demo.world import build
    from marketplace.pairing.feed import feed_changes
    from marketplace.taxonomy.seeding import load_seeds
    from matching.encoding import warm_encoder
    from matching.refresh import renew

    list(load_seeds())
    build("posted", lambda _part, _count: None)
    while feed_changes():
        pass
    encoder = warm_encoder()
    while renew(encoder, limit=150).embedded:
        pass
    scenarios, capabilities = _records()
    demands = _documents("demand", scenarios, encoder.fingerprint)
    supplies = _documents("supply", capabilities, encoder.fingerprint)
    _matches(demands, supplies, encoder.fingerprint)
    return scenarios, capabilities


def _records() -> tuple[list[Any], list[Any]]:
    """All of one department and of one company, so that one person may see each side."""
    from marketplace.accounts.models import User
    from marketplace.capabilities.models import Capability
    from marketplace.organisations.models import Organisation
    from marketplace.scenarios.models import Scenario

    department, company = (
        Organisation.objects.get(memberships__user=User.objects.get(email=f"{who}@demo.example"))
        for who in ("department", "company")
    )
    scenarios = _copies(Scenario.objects.open(), {"department_id": department.pk})
    capabilities = _copies(Capability.objects.public(), {"organisation_id": company.pk})
    links = Capability.sectors.through
    sector = links.objects.order_by("pk").values_list("sector_id", flat=True)[0]
    links.objects.bulk_create([links(capability_id=row.pk, sector_id=sector) for row in capabilities], batch_size=2000)
    return scenarios, capabilities


def _copies(models: Any, changes: dict[str, Any]) -> list[Any]:
    model, rows = models.model, list(models.order_by("pk"))
    names = [field.attname for field in model._meta.concrete_fields if field.attname != "id"]
    copies = [
        model(**{name: getattr(rows[number % len(rows)], name) for name in names} | changes) for number in range(EACH)
    ]
    return list(model.objects.bulk_create(copies, batch_size=500))


def _documents(side: str, records: list[Any], model: str) -> list[Any]:
    from marketplace.pairing.feed import capability_ref, scenario_ref
    from matching.models import Document
    from matching.ranker import standing_weights

    ref = scenario_ref if side == "demand" else capability_ref
    known = list(Document.objects.filter(side=side).exclude(embedding=None).order_by("pk"))
    copies = []
    for number, record in enumerate(records):
        source = known[number % len(known)]
        names = ("side", "fields", "facets", "fingerprint", "embedding", "embedded_by", "embedded_fingerprint")
        copy = Document(ref=ref(record.pk), **{name: getattr(source, name) for name in names})
        copy.matched_fingerprint = copy.fingerprint
        copy.matched_by = f"{model}:{standing_weights().fingerprint}"
        copies.append(copy)
    return list(Document.objects.bulk_create(copies, batch_size=500))


def _matches(demands: list[Any], supplies: list[Any], model: str) -> None:
    """Written by the database itself: each demand with `KEPT` supplies, the reasons in turn from real matches."""
    from django.db import connection

    from matching.ranker import standing_weights

    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH known AS (SELECT reasons, row_number() OVER (ORDER BY id) - 1 AS n FROM matching_match LIMIT 200),
            d AS (SELECT id, fingerprint, row_number() OVER (ORDER BY id) - 1 AS n
                  FROM matching_document WHERE id = ANY(%(demands)s)),
            s AS (SELECT id, fingerprint, row_number() OVER (ORDER BY id) - 1 AS n
                  FROM matching_document WHERE id = ANY(%(supplies)s))
            INSERT INTO matching_match (demand_id, supply_id, score, for_demand, for_supply, listed_for_demand,
                listed_for_supply, reasons, demand_fingerprint, supply_fingerprint, made_by, computed_at)
            SELECT d.id, s.id, p, p, p, true, true, known.reasons, d.fingerprint, s.fingerprint, %(made_by)s, now()
            FROM d CROSS JOIN generate_series(0, %(kept)s - 1) AS k
            CROSS JOIN LATERAL (SELECT 0.3 + ((d.n * 7919 + k * 104729) %% 650) / 1000.0 AS p) AS scored
            JOIN s ON s.n = (d.n + k * 97) %% %(each)s
            JOIN known ON known.n = (d.n + k) %% (SELECT count(*) FROM known)
            """,
            {
                "demands": [row.pk for row in demands],
                "supplies": [row.pk for row in supplies],
                "made_by": f"{model}:{standing_weights().fingerprint}",
                "kept": KEPT,
                "each": EACH,
            },
        )
        cursor.execute("ANALYZE")


def _measure(scenarios: list[Any], capabilities: list[Any]) -> list[Figure]:
    from django.test import Client

    from marketplace.accounts.models import User

    figures = []
    for who, side, records in (("department", "scenarios", scenarios), ("company", "capabilities", capabilities)):
        client = Client(headers={"Host": "localhost"})
        user = User.objects.get(email=f"{who}@demo.example")
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        chosen = random.Random(11).sample(records, PAGES)  # noqa: S311
        page, naive = [], []
        for number, record in enumerate([*chosen[:3], *chosen]):
            own = _timed(partial(_page, client, f"/matches/{side}/{record.pk}/"))
            peer = _timed(partial(_row_by_row, side, record))
            if number >= 3:  # the first ones only warm up
                page.append(own)
                naive.append(peer)
        beside = f"the same rows read one by one: {median(naive):.0f} ms, without any page"
        figures += [
            Figure(f"page of a {who}, median", median(page), GOAL_MS, "ms", beside),
            Figure(f"page of a {who}, p95", quantiles(page, n=20)[18], GOAL_MS, "ms"),
        ]
    return figures


def _timed(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _page(client: Any, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert 'class="match"' in answer.content.decode()


def _row_by_row(side: str, record: Any) -> None:
    """What a page costs that follows every relation when it comes to it."""
    from marketplace.capabilities.models import Capability
    from marketplace.pairing.feed import capability_ref, scenario_ref
    from marketplace.pairing.models import Mark
    from marketplace.scenarios.models import Scenario
    from matching.models import Match

    of = ("demand", scenario_ref(record.pk)) if side == "scenarios" else ("supply", capability_ref(record.pk))
    for match in Match.objects.list_of(*of)[:KEPT]:
        scenario = Scenario.objects.get(pk=int(match.demand.ref.split(":")[1]))
        capability = Capability.objects.get(pk=int(match.supply.ref.split(":")[1]))
        assert scenario.department.name
        assert scenario.region is None or scenario.region.name
        assert capability.organisation.name
        assert [sector.name for sector in capability.sectors.all()]
        assert not Mark.objects.filter(scenario=scenario, capability=capability).exists()
