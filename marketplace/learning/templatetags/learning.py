"""How sources of training pairs read."""

from django import template

from marketplace.learning.models import TrainingPair

register = template.Library()


@register.filter
def source_label(key: str) -> str:
    """The name of a source; a key of an older version reads as it stands."""
    return str(dict(TrainingPair.Source.choices).get(key, key))
