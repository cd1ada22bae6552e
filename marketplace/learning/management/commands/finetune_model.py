"""Fine-tunes the embedding model on judged pairs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from marketplace.learning.finetuning import finetune
from marketplace.learning.noting import note_all
from marketplace.learning.training import collections_of_installation
from matching.engine.datasets import DatasetError
from matching.engine.finetuning import Plan


class Command(BaseCommand):
    """`manage.py finetune_model --out DIR [--collections DIR …] [--steps 60] [--batch 8] [--rate 1e-5]`"""

    help = "Teach the embedding model the market's own pairs and collections; recommended only if it is better."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, from what, how much."""
        usual = Plan()
        parser.add_argument("--out", type=Path, required=True, help="a new folder for the model")
        parser.add_argument("--collections", type=Path, nargs="*", help="default: TRAINING_COLLECTIONS")
        parser.add_argument("--steps", type=int, default=usual.steps)
        parser.add_argument("--batch", type=int, default=usual.batch)
        parser.add_argument("--rate", type=float, default=usual.rate)
        parser.add_argument("--tokens", type=int, default=usual.tokens, help="of a text that a step reads")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the figures, and how to switch if it is worth it."""
        out: Path = options["out"].resolve()
        if out.exists():
            raise CommandError(f"{out} is there already; name a new folder.")
        named = options["collections"]
        plan = Plan(steps=options["steps"], batch=options["batch"], rate=options["rate"], tokens=options["tokens"])
        note_all()
        try:
            result = finetune(
                settings.EMBEDDING_MODEL,
                collections_of_installation() if named is None else named,
                out,
                plan,
                self.stderr.write,
            )
        except (DatasetError, ValueError) as error:
            raise CommandError(str(error)) from error
        taught = result.taught
        self.stdout.write(
            f"taught for {taught.seconds:.0f} s; best after {taught.steps} steps: "
            f"watched loss {taught.before:.4f} → {taught.best:.4f}"
        )
        for ranker, (before, after, (value, low, high)) in result.figures.items():
            self.stdout.write(
                f"{ranker:<8} nDCG@10 on {result.asked} held-out demands {before:.4f} → {after:.4f}, "
                f"{value:+.4f} [{low:+.4f}, {high:+.4f}]"
            )
        if result.recommended:
            self.stdout.write(
                f"Better. To switch: set EMBEDDING_MODEL={out} for web, worker and clock, and restart them; "
                "all texts are embedded and matched anew in the background. Train the ranker afterwards."
            )
        else:
            self.stdout.write(
                f"Not recommended: not better on demands it has not seen. Keep EMBEDDING_MODEL as it is; "
                f"the folder {out} may be deleted."
            )
