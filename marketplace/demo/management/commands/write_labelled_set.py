"""Makes the labelled set anew from the fixtures."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from marketplace.demo.labelled import write_labelled_set


class Command(BaseCommand):
    """`manage.py write_labelled_set`: after editing fixtures."""

    help = "Write fixtures/labelled from the scenarios, capabilities and judgements of fixtures/."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how much there is."""
        queries, corpus, pairs = write_labelled_set(settings.BASE_DIR / "fixtures" / "labelled")
        self.stdout.write(f"{queries} queries, {corpus} supplies, {pairs} judged pairs")
