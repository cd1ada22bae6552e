"""Loads the reference data; may be run on every deploy."""

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.taxonomy.seeding import load_seeds


class Command(BaseCommand):
    """`manage.py load_seeds`"""

    help = "Load the reference data from seeds/ and keep what administrators changed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line per file."""
        for loaded in load_seeds():
            self.stdout.write(
                f"{loaded.file:<26} {loaded.added:>3} added {loaded.changed:>3} changed {loaded.kept:>3} kept as edited"
            )
