"""Loading `seeds/`: idempotent, fit for every deploy, and never against an administrator's will.

Each row remembers what loading last wrote. A field is overwritten only while it still holds that value; what an
administrator has changed since stays. Rows that vanish from the files stay too: old records need them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import models, transaction

from marketplace.taxonomy.models import (
    CalendarDay,
    CooperationMode,
    Deployment,
    Kind,
    Maturity,
    Modality,
    PriorityArea,
    Programme,
    Region,
    Requirement,
    Sector,
    Target,
    Term,
)

FILES: dict[str, type[Term]] = {
    "priority_areas": PriorityArea,
    "kinds": Kind,
    "sectors": Sector,
    "regions": Region,
    "cooperation_modes": CooperationMode,
    "modalities": Modality,
    "deployments": Deployment,
    "maturities": Maturity,
    "requirements": Requirement,
    "programmes": Programme,
}

WORKED = {"name_zh": "调休上班", "name_en": "Working day in exchange"}


@dataclass(slots=True)
class Loaded:
    """What a loading did to one file."""

    file: str
    added: int = 0
    changed: int = 0
    kept: int = 0


def load_seeds(folder: Path | None = None) -> Iterator[Loaded]:
    """Load all files, one transaction each; yields a summary per file. Raises KeyError for a row without key."""
    for name, model in FILES.items():
        yield _load_file((folder or settings.BASE_DIR / "seeds") / f"{name}.yaml", model)
    yield _load_workdays((folder or settings.BASE_DIR / "seeds") / "workdays.yaml")


@transaction.atomic
def _load_file(path: Path, model: type[Term]) -> Loaded:
    loaded = Loaded(path.name)
    rows: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for position, row in enumerate(rows):
        targets = row.pop("targets", [])
        values = {"position": position, **row}
        if parent := values.pop("parent", None):
            values["parent_id"] = Region.objects.get(key=parent).pk
        term = _upsert(model, {"key": values.pop("key")}, values, loaded)
        for target in targets:
            identity = {"programme": term, "measure": target.pop("measure"), "due_on": target.pop("due_on")}
            _upsert(Target, identity, {**target, "value": Decimal(str(target["value"]))}, loaded)
    return loaded


@transaction.atomic
def _load_workdays(path: Path) -> Loaded:
    loaded = Loaded(path.name)
    for year in yaml.safe_load(path.read_text(encoding="utf-8")):
        source = {"source": year["source"]}
        for rest in year["rests"]:
            values = {"works": False, "name_zh": rest["name_zh"], "name_en": rest["name_en"], **source}
            for offset in range((rest["last"] - rest["first"]).days + 1):
                _upsert(CalendarDay, {"day": rest["first"] + timedelta(days=offset)}, values, loaded)
        for day in year["works"]:
            _upsert(CalendarDay, {"day": day}, {"works": True, **WORKED, **source}, loaded)
    return loaded


def _upsert(model: type[models.Model], identity: dict[str, Any], values: dict[str, Any], loaded: Loaded) -> Any:
    row: Any = model._default_manager.filter(**identity).first()
    seeded = {name: _plain(value) for name, value in values.items()}
    if row is None:
        loaded.added += 1
        return model._default_manager.create(**identity, **values, seeded=seeded)
    untouched = [
        name for name in values if _plain(getattr(row, name)) == row.seeded.get(name, _plain(getattr(row, name)))
    ]
    changed = [name for name in untouched if _plain(getattr(row, name)) != seeded[name]]
    loaded.kept += len(values) - len(untouched) > 0
    if changed or row.seeded != seeded:
        for name in changed:
            setattr(row, name, values[name])
        row.seeded = seeded
        row.save()
        loaded.changed += bool(changed)
    return row


def _plain(value: object) -> object:
    """A form in which a database value and a file's value compare and that JSON can hold."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
