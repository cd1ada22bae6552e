"""Checks a frozen result: hash, signature, and every figure computed again."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from marketplace.competitions.scoring.snapshot import problems


class Command(BaseCommand):
    """`manage.py verify_result FILE [--key HEX]`"""

    help = "Check a frozen result: its hash, its signature, and all figures computed again. Needs no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and the public key of whoever should have signed it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--key", default="", help="public key in hexadecimal; without it any fitting key will do")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line per problem; fails if there is any."""
        try:
            document = json.loads(options["file"].read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        if not isinstance(document, dict):
            raise CommandError(f"{options['file']}: not a result")
        found = problems(document, public_key=options["key"])
        if found:
            raise CommandError("\n".join(gettext(text) for text in found))
        self.stdout.write(f"✓ {document['hash']}")
