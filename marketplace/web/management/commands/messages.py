"""Keeps the translations."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.web.catalogues import apps, compile_catalogue, problems, update


class Command(BaseCommand):
    """`manage.py messages [--check | --compile]`"""

    help = "Update the translations from code and templates; --check only looks, --compile writes what Django reads."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Look only, or compile only."""
        parser.add_argument("--check", action="store_true")
        parser.add_argument("--compile", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line per problem; fails if there is any and --check was asked."""
        if options["check"]:
            found = [problem for app in apps() for problem in problems(app)]
            for problem in found:
                self.stderr.write(str(problem))
            if found:
                raise CommandError(
                    f"{len(found)} problems in the translations; run `manage.py messages` and translate."
                )
            self.stdout.write("The translations are complete.")
            return
        for app in apps():
            if not options["compile"]:
                update(app)
            compile_catalogue(app)
