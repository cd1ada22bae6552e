"""Measures the engine on a judged collection, and holds it to a floor."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.encoding import warm_encoder
from matching.engine.collection import Collection
from matching.engine.datasets import DatasetError, read_dataset
from matching.engine.evaluation import RANKERS, Evaluation, Report
from matching.engine.weights import STANDING, load_weights
from matching.taxonomy import standing_taxonomy


class Command(BaseCommand):
    """`manage.py evaluate_matching --dataset DIR [--direction …] [--pooled] [--json] [--floor FILE]`"""

    help = "Rank a collection in BEIR form by words, vectors, fusion and the full ranker; reads only the folder."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to read, how to rank, what to print."""
        parser.add_argument("--dataset", type=Path, required=True)
        parser.add_argument("--direction", choices=("demand", "supply", "both"), default="both")
        parser.add_argument("--pooled", action="store_true", help="rank only the judged candidates")
        parser.add_argument("--json", action="store_true", help="print one object")
        parser.add_argument(
            "--floor", type=Path, help="fail below the figures of this file, or those of the folder's name"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the figures; exit 1 below the floor."""
        try:
            dataset = read_dataset(options["dataset"], standing_taxonomy())
        except DatasetError as error:
            raise CommandError(str(error)) from error
        if not dataset.grades:
            raise CommandError(f"{options['dataset']}/qrels has no judgement of a pair that is in the collection.")
        lexicon = standing_taxonomy().lexicon
        collection = Collection(dataset, warm_encoder(), lexicon, self.stderr.write)
        evaluation = Evaluation(collection, load_weights(STANDING))
        result: Report = {"n_queries": len(dataset.grades)}
        for direction in ("demand", "supply"):
            if options["direction"] in (direction, "both"):
                result[direction] = evaluation.report(direction, pooled=options["pooled"], tell=self.stderr.write)
        self.stdout.write(json.dumps(result, ensure_ascii=False) if options["json"] else table(result))
        if options["floor"]:
            floors = json.loads(options["floor"].read_text(encoding="utf-8"))
            self._hold(result, floors.get(options["dataset"].resolve().name, floors))

    def _hold(self, result: Report, floors: dict[str, dict[str, float]]) -> None:
        short = [
            f"{direction} {measure}: {result[direction]['full'][measure][0]:.4f} < {floor:.4f}"
            for direction, measures in floors.items()
            for measure, floor in measures.items()
            if result[direction]["full"][measure][0] < floor
        ]
        if short:
            raise CommandError("Below the floor: " + "; ".join(short))
        self.stdout.write("At or above every floor.")


def table(result: Report) -> str:
    """The figures for people."""
    lines = [f"{result['n_queries']} demands with judgements"]
    for direction in ("demand", "supply"):
        if direction not in result:
            continue
        part = result[direction]
        lines.append(f"\n{direction} asks      {'nDCG@10':>24} {'MRR':>24} {'Recall@10':>24} {'Recall@100':>24}")
        for ranker in RANKERS:
            figures = [f"{v:.3f} [{low:.3f}, {high:.3f}]" for v, low, high in part[ranker].values()]
            lines.append(f"{ranker:<12} " + " ".join(f"{figure:>24}" for figure in figures))
        lines.append(
            f"calibration: ECE {part['calibration']['ece']:.3f}, Brier {part['calibration']['brier']:.3f}; "
            f"nothing fits: AUC {part['nothing_fits_auc']}"
        )
    return "\n".join(lines)
