"""Measures how well near-duplicates are told apart."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from matching.encoding import warm_encoder
from matching.engine.encoder import background_mean
from matching.engine.labelled_pairs import LabelledPair, cosines_of, read_pairs, scores_of


class Command(BaseCommand):
    """`manage.py evaluate_duplicates [--pairs FILE]`"""

    help = "Precision and recall of duplicates and siblings on a labelled list, by words alone and with the meaning."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which list."""
        parser.add_argument("--pairs", type=Path, default=settings.BASE_DIR / "fixtures" / "duplicates" / "pairs.yaml")

    def handle(self, *args: Any, **options: Any) -> None:
        """The part on which the thresholds were chosen, and the part that only measures."""
        pairs = read_pairs(options["pairs"])
        encoder = warm_encoder()
        texts = [f"{text.title}\n{text.body}" for pair in pairs for text in (pair.one, pair.other)]
        cosines = cosines_of(encoder.encode(texts, "query"), background_mean(encoder))
        for part in sorted({pair.part for pair in pairs}):
            chosen = [(pair, cosine) for pair, cosine in zip(pairs, cosines, strict=True) if pair.part == part]
            of_part = [pair for pair, _cosine in chosen]
            self._show(f"{part}, words", of_part, None)
            self._show(f"{part}, words and meaning", of_part, [cosine for _pair, cosine in chosen])

    def _show(self, name: str, pairs: list[LabelledPair], cosines: list[float] | None) -> None:
        self.stdout.write(f"{name} ({len(pairs)} pairs)")
        for score in scores_of(pairs, cosines):
            self.stdout.write(
                f"  {score.kind:<10} {score.pairs:>4}  precision {score.precision:.3f}  recall {score.recall:.3f}"
            )
