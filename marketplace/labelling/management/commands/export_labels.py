"""Writes what was labelled as a collection."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.labelling.export import collect, write_folder, write_zip
from marketplace.labelling.models import Campaign


class Command(BaseCommand):
    """`manage.py export_labels --out DIR|FILE.zip [--campaign ID …] [--whole-market]`"""

    help = "Write settled grades in BEIR form: a folder that evaluate_matching and train_ranker read, or a zip of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which campaigns, and where to."""
        parser.add_argument("--out", type=Path, required=True)
        parser.add_argument("--campaign", type=int, nargs="+", help="all when none is named")
        parser.add_argument("--whole-market", action="store_true", help="unjudged capabilities stand in the corpus too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how much there is; fails when nothing is settled."""
        campaigns = Campaign.objects.filter(pk__in=options["campaign"]) if options["campaign"] else Campaign.objects
        collection = collect(campaigns.all(), whole_market=options["whole_market"])
        if not collection.qrels:
            raise CommandError("No pair of these campaigns is settled yet.")
        out: Path = options["out"]
        if out.suffix == ".zip":
            with out.open("wb") as file:
                write_zip(collection, file)
        else:
            write_folder(collection, out)
        counts = (len(collection.queries), len(collection.corpus), len(collection.qrels))
        self.stdout.write("{}: {} queries, {} supplies, {} grades".format(out, *counts))
