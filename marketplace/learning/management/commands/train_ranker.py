"""Trains the ranker and installs it if it is better."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.learning.actions import keep_trained
from marketplace.learning.noting import note_all
from marketplace.learning.training import Trained, collections_of_installation, train
from matching.encoding import warm_encoder
from matching.engine.datasets import DatasetError
from matching.engine.training import EARLIER, MARGIN, SLACK, Compared

BECAUSE = {
    "installed": "better on held-out demands, no worse on later ones: installed",
    "not_better": "not installed: the lower bound on held-out demands does not lie above the margin",
    "worse_later": "not installed: on demands that came later it may lose more than is allowed",
    "too_little": "not installed: too few judged demands to conclude anything",
}


class Command(BaseCommand):
    """`manage.py train_ranker [--collections DIR …] [--margin 0.0] [--dry-run]`"""

    help = "Fit the ranker's weights to marks, labels and collections; install them only if they are better."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to learn from besides the market, and how much better it must be."""
        parser.add_argument("--collections", type=Path, nargs="*", help="default: TRAINING_COLLECTIONS")
        parser.add_argument("--margin", type=float, default=MARGIN, help="for the lower bound of the paired difference")
        parser.add_argument("--dry-run", action="store_true", help="measure and print; write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the figures and what was done."""
        named = options["collections"]
        collections = collections_of_installation() if named is None else named
        if not options["dry_run"]:
            note_all()
        try:
            trained = train(warm_encoder(), collections, margin=options["margin"], tell=self._tell)
        except (DatasetError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\n".join(report(trained)))
        if options["dry_run"]:
            self.stdout.write(f"{BECAUSE[trained.comparison.outcome]} (dry run: nothing was written)")
            return
        version = keep_trained(actor=None, trained=trained)
        self.stdout.write(f"{BECAUSE[version.outcome]} (record {version.pk}, {version.fingerprint})")

    def _tell(self, stage: str, done: int, total: int) -> None:
        self.stderr.write(f"{stage} {done}/{total}")


def report(trained: Trained) -> list[str]:
    """The figures for people."""
    comparison = trained.comparison
    lines = [f"learnt from {trained.counts}"]
    lines.append(f"{'nDCG@10, judged candidates':<34} {'asked':>6} {'before':>8} {'after':>8}  difference [95 %]")
    rows: list[tuple[str, Compared | None]] = [
        ("demands held out", comparison.by_demand),
        ("supplies, pairs held out", comparison.by_supply),
        (f"the latest {1 - EARLIER:.0%} of dated demands", comparison.later),
    ]
    for name, compared in rows:
        if compared is None:
            lines.append(f"{name:<34} too few to tell")
            continue
        value, low, high = compared.difference
        lines.append(
            f"{name:<34} {compared.asked:>6} {compared.before:>8.4f} {compared.after:>8.4f}  "
            f"{value:+.4f} [{low:+.4f}, {high:+.4f}]"
        )
    lines.append(f"Brier {comparison.brier[0]:.4f} → {comparison.brier[1]:.4f}")
    lines.append(f"needed: lower bound > {comparison.margin} on held-out demands, > {-SLACK} on later ones")
    return lines
