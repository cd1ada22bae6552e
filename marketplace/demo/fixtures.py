"""Reading `fixtures/`: one folder per kind of record, files that a person can edit."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

Row = dict[str, Any]


def files(kind: str, folder: Path | None = None, part: str = "groups") -> list[Path]:
    """The files of a kind, for the groups in a part of `world.yaml`. Raises FileNotFoundError if there are none."""
    base = folder or settings.BASE_DIR / "fixtures"
    groups: list[str] = yaml.safe_load((base / "world.yaml").read_text(encoding="utf-8"))[part]
    found = [path for group in groups if (path := base / kind / f"{group}.yaml").exists()]
    if not found:
        raise FileNotFoundError(f"fixtures/{kind} has no file of the groups {groups}")
    return found


def read(kind: str, folder: Path | None = None, part: str = "groups") -> Iterator[Row]:
    """All rows of a kind, file by file."""
    for file in files(kind, folder, part):
        yield from yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or ()


def read_judgements(folder: Path | None = None, part: str = "groups") -> dict[str, dict[str, int]]:
    """Graded judgements: opportunity key to capability key to grade (3 solves it, 2 with adaptation, 1 related)."""
    graded: dict[str, dict[str, int]] = {}
    for file in files("judgements", folder, part):
        for scenario, grades in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).items():
            graded.setdefault(scenario, {}).update(grades or {})
    return graded
