"""Writing the journal."""

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from marketplace.audit.context import current_origin
from marketplace.audit.models import Entry


def record(
    *, actor: models.Model | None, verb: str, target: models.Model, detail: Mapping[str, Any] | None = None
) -> Entry:
    """Add an entry in the present transaction, so that it stands or falls with what it tells of.

    `actor` is None for what the clock did. `detail` must be JSON: texts, numbers, lists; no personal data beyond need.
    """
    origin = current_origin()
    return Entry.objects.create(
        actor_id=actor.pk if actor is not None else None,
        verb=verb,
        target_type=ContentType.objects.get_for_model(target),
        target_id=str(target.pk),
        target_label=str(target)[:300],
        detail=dict(detail or {}),
        address=origin.address,
        request_id=origin.request_id,
    )
