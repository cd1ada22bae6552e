"""The taxonomy of this installation, from the files that settings name: the engine itself knows no noun of a market."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from matching.engine.taxonomy import Group, Taxonomy


@lru_cache(maxsize=1)
def standing_taxonomy() -> Taxonomy:
    """Read once per process. MATCHING_TAXONOMY maps “sectors”, “areas” and “places” to YAML files of rows with `key`,
    `name_zh`, `name_en`, and where they have them `demand_words`, `supply_words`, and `near` or `sectors`."""
    files: dict[str, Path] = settings.MATCHING_TAXONOMY
    return Taxonomy(**{part: dict(_groups(path)) for part, path in files.items()})


def _groups(path: Path) -> Iterator[tuple[str, Group]]:
    rows: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for row in rows:
        words = (row["name_zh"], row["name_en"], *row.get("demand_words", ()), *row.get("supply_words", ()))
        yield str(row["key"]), Group(tuple(words), frozenset(row.get("near") or row.get("sectors") or ()))
