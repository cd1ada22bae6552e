"""Makes the labelled set anew from the fixtures."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from marketplace.demo.labelled import write_labelled_set


class Command(BaseCommand):
    """`manage.py write_labelled_set`: after editing fixtures."""

    help = "Write fixtures/labelled and fixtures/collections/reserve from the texts and judgements of fixtures/."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how much there is."""
        base = settings.BASE_DIR / "fixtures"
        for part, folder in (("groups", base / "labelled"), ("reserve", base / "collections" / "reserve")):
            queries, corpus, pairs = write_labelled_set(folder, part)
            self.stdout.write(f"{folder.name}: {queries} queries, {corpus} supplies, {pairs} judged pairs")
