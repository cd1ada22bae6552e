"""Ten thousand capabilities published at once: the site keeps answering, and all are matched though the worker dies.

The rows are published by the same action as on the page, in blocks, while a reader opens pages in turn. The worker is
killed three times on the way; what it had not finished is found by query. `ROWS=500` runs a shorter storm.
"""

import os
import signal
import threading
import time
import urllib.parse
import urllib.request
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles

import django

from benchmarks.application import running
from benchmarks.report import Figure, show

ROWS = int(os.environ.get("ROWS", "10000"))
BLOCK = 250
KILLS = 3
PAGES = ("/", "/scenarios/", "/capabilities/", "/scenarios/?q=病历")


def run() -> int:
    """Publish, read, kill, wait until nothing is owed."""
    with running("posted") as address:
        django.setup()
        reader = Reader(address)
        calm = reader.read(20)
        reader.start()
        began = time.perf_counter()
        published = _publish()
        kills = _follow(began)
        taken = time.perf_counter() - began
        storm = reader.stop()
        missing = _owed()
        figures = [
            Figure("rows that are not matched at the end", float(missing), 0.0, ""),
            Figure(
                f"p95 of a page during the storm of {published}",
                quantiles(storm, n=20)[-1] * 1000,
                300.0,
                "ms",
                f"{median(calm) * 1000:.0f} ms in calm",
            ),
            Figure("times the worker was killed on the way", float(kills), float(KILLS), "", least=True),
            Figure("documents matched a second", published / taken, 0.0, "/s", least=True),
        ]
        return show(figures)


class Reader(threading.Thread):
    """Opens pages one after the other, as a visitor."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self._address = address
        self._seconds: list[float] = []
        self._running = True

    def run(self) -> None:
        """Until stopped."""
        while self._running:
            self._seconds += self.read(len(PAGES))
            time.sleep(0.2)

    def read(self, count: int) -> list[float]:
        """Seconds of each of so many requests."""
        seconds = []
        for path, _n in zip(cycle(PAGES), range(count), strict=False):
            began = time.perf_counter()
            url = self._address + urllib.parse.quote(path, safe="/?=")
            with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310  # our own server
                answer.read()
            seconds.append(time.perf_counter() - began)
        return seconds

    def stop(self) -> list[float]:
        """All seconds so far."""
        self._running = False
        self.join()
        return self._seconds


def _publish() -> int:
    """Copies of the demonstration's capabilities with their sentences mixed, published by their owners."""
    from django.db import transaction

    from marketplace.accounts.models import User
    from marketplace.capabilities import actions
    from marketplace.capabilities.models import Capability

    rows = list(Capability.objects.select_related("organisation", "maturity").order_by("pk"))
    owners = {
        row.organisation_id: User.objects.filter(memberships__organisation=row.organisation_id).first() for row in rows
    }
    texts = ("summary", "technology", "evidence", "scenes")
    for start in range(0, ROWS, BLOCK):
        with transaction.atomic():
            for number in range(start, min(start + BLOCK, ROWS)):
                row, other = rows[number % len(rows)], rows[(number * 7 + number // len(rows)) % len(rows)]
                actor = owners[row.organisation_id]
                content = {name: getattr(row if n % 2 else other, name) for n, name in enumerate(texts)}
                draft = actions.draft(
                    actor=actor,
                    organisation=row.organisation,
                    name=f"{other.name[:60]}·{number:05d}",
                    maturity=row.maturity,
                    sectors=list(row.sectors.all()),
                    **content,
                )
                actions.publish(actor=actor, capability=draft)
    return ROWS


def _follow(began: float) -> int:
    """Kill the worker at each quarter of the way, until nothing is owed."""
    kills, total = 0, _owed()
    while (owed := _owed()) > 0:
        if kills < KILLS and owed < total * (1 - (kills + 1) / (KILLS + 1)):
            kills += _kill_workers()
        if time.perf_counter() - began > 6 * 3600:
            break
        time.sleep(1)
    return kills


def _owed() -> int:
    from marketplace.capabilities.models import Capability
    from matching.models import Document
    from matching.ranker import standing_weights

    by = standing_weights().fingerprint
    done = Document.objects.filter(side="supply", active=True, matched_by__endswith=by).count()
    return Capability.objects.public().count() - done


def _kill_workers() -> int:
    """SIGKILL to every worker process of the benchmark's application; the supervisor starts another."""
    mark = f"DATA_DIR={os.environ['DATA_DIR']}".encode()
    killed = 0
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes()
            is_worker = entry.name.isdigit() and b"celery" in command and b"worker" in command
            if is_worker and mark in (entry / "environ").read_bytes().split(b"\0"):
                os.kill(int(entry.name), signal.SIGKILL)
                killed = 1
        except OSError:
            continue
    return killed
