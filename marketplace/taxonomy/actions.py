"""Changing reference data without breaking old records.

Who may: administrators of the province. The door is the staff screens' permission, since the accounts that know
offices stand above this app.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.audit.actions import record
from marketplace.taxonomy.models import Term


@transaction.atomic
def retire(*, actor: models.Model, term: Term) -> Term:
    """New records cannot choose the term any more; old ones keep it."""
    term.retired_at = timezone.now()
    term.save(update_fields=["retired_at"])
    record(actor=actor, verb="taxonomy.retire", target=term)
    return term


@transaction.atomic
def restore(*, actor: models.Model, term: Term) -> Term:
    """Undo `retire` or `merge`: new records may choose the term again."""
    term.retired_at = None
    term.merged_into = None
    term.save(update_fields=["retired_at", "merged_into"])
    record(actor=actor, verb="taxonomy.restore", target=term)
    return term


@transaction.atomic
def merge(*, actor: models.Model, term: Any, into: Any) -> Any:  # any model of terms; both of the same
    """Retire a term in favour of another of the same kind. Old records keep it and are counted under the other."""
    if term.pk == into.pk or into.merged_into_id or into.retired_at:
        raise ValidationError(_("只能并入另一个仍在使用的条目。"))
    term.merged_into = into
    term.retired_at = timezone.now()
    term.save(update_fields=["merged_into", "retired_at"])
    type(term)._default_manager.filter(merged_into=term).update(merged_into=into)
    record(actor=actor, verb="taxonomy.merge", target=term, detail={"into": into.key})
    return term
