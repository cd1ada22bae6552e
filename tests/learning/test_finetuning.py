"""A fine-tuned model is recommended only if the full ranker is better by more than chance."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from marketplace.learning.finetuning import Result
from matching.engine.finetuning import Taught

TAUGHT = Taught(10, 0.8, 0.4, 60.0)
SAME = (0.9, 0.9, [0.0, -0.01, 0.01])


@pytest.mark.parametrize(
    ("full", "recommended"),
    [([0.02, 0.001, 0.04], True), ([0.02, 0.0, 0.04], False), ([0.01, -0.004, 0.02], False)],
)
def test_only_beyond_chance(full: list[float], recommended: bool) -> None:
    result = Result(TAUGHT, 40, {"vectors": SAME, "full": (0.9, 0.92, full)})
    assert result.recommended is recommended
    assert result.as_json()["recommended"] is recommended


def test_better_vectors_alone_are_not_enough() -> None:
    assert not Result(TAUGHT, 40, {"vectors": (0.8, 0.9, [0.1, 0.05, 0.15]), "full": SAME}).recommended


def test_a_folder_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there already"):
        call_command("finetune_model", out=tmp_path)
