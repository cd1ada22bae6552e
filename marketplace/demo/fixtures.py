"""Reading `fixtures/`: one folder per kind of record, files that a person can edit."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

Row = dict[str, Any]


def read(kind: str, folder: Path | None = None) -> Iterator[Row]:
    """All rows of a kind, file by file in the order of their names. Raises FileNotFoundError if there are none."""
    files = sorted(((folder or settings.BASE_DIR / "fixtures") / kind).glob("*.yaml"))
    if not files:
        raise FileNotFoundError(f"fixtures/{kind} is empty")
    for file in files:
        yield from yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or ()


def read_judgements(folder: Path | None = None) -> dict[str, dict[str, int]]:
    """Graded judgements: opportunity key to capability key to grade (3 solves it, 2 with adaptation, 1 related)."""
    graded: dict[str, dict[str, int]] = {}
    for file in sorted(((folder or settings.BASE_DIR / "fixtures") / "judgements").glob("*.yaml")):
        for scenario, grades in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).items():
            graded.setdefault(scenario, {}).update(grades or {})
    return graded
