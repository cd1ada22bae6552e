"""What a receipt holds, and how it is proven."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.applications.models import Application, Receipt
from marketplace.applications.parts import ALWAYS, FIELDS

TEXTS = [name for names in FIELDS.values() for name in names]


def write_receipt(*, application: Application, actor: User, at: datetime) -> Receipt:
    """Add the receipt of what the application holds now. Call it in the transaction that hands in, under its lock."""
    before = application.receipts.order_by("-number").first()
    number = before.number + 1 if before else 1
    application.attachments.filter(dropped=True, last_receipt__isnull=True).update(last_receipt=number - 1)
    application.attachments.filter(first_receipt__isnull=True).update(first_receipt=number)
    content = _content(application, number, before.sha256 if before else "", at)
    return Receipt.objects.create(
        application=application,
        number=number,
        content=content,
        sha256=hash_of(content),
        received_at=at,
        handed_in_by=actor,
    )


def hash_of(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal digits."""
    return hashlib.sha256(canonical(content)).hexdigest()


def canonical(content: dict[str, Any]) -> bytes:
    """UTF-8, sorted keys, no spaces: the same bytes wherever it is written down."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _content(application: Application, number: int, before: str, at: datetime) -> dict[str, Any]:
    organisation = application.organisation
    return {
        "application": application.number,
        "scenario": application.scenario.number,
        "title": application.scenario.title,
        "organisation": {"name": organisation.name, "credit_code": organisation.credit_code},
        "partners": [
            {"name": row.organisation.name, "credit_code": row.organisation.credit_code, "share": row.share}
            for row in application.partners.received().select_related("organisation")
        ],
        "capability": application.capability.name if application.capability else "",
        "number": number,
        "received_at": timezone.localtime(at).isoformat(),
        "before": before,
        "fields": {name: _plain(getattr(application, name)) for name in (*TEXTS, *ALWAYS)},
        "files": [
            {"name": file.name, "size": file.size, "sha256": file.sha256}
            for file in application.attachments.received().order_by("pk")  # type: ignore[attr-defined]  # its own manager
        ],
    }


def _plain(value: object) -> str:
    return "" if value is None else str(value)
