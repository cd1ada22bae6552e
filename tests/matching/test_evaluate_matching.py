"""The command on a strange little collection, and the floor that it must hold."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def _collection(folder: Path) -> Path:
    (folder / "qrels").mkdir(parents=True)
    queries = [
        {
            "_id": "q/1",
            "title": "病历质控",
            "text": "出院病历漏项太多，靠人工抽查。",
            "sector": "health",
            "extra": [1, 2],
        },
        {"_id": 2, "title": "会唱戏的机器人", "text": ""},
    ]
    corpus = [
        {"_id": "a b", "title": "病案质控引擎", "text": "检查出院病历首页漏项。", "sectors": ["health"]},
        {"_id": "c", "title": "火点识别", "text": "发现田间烟雾。"},
        {"_id": "d", "title": "", "text": ""},
    ]
    for name, rows in (("queries", queries), ("corpus", corpus)):
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{name}.jsonl").write_text(lines + "\n", encoding="utf-8")
    judged = "query-id\tcorpus-id\tscore\nq/1\ta b\t3\nq/1\tc\t0\n2\tc\t0\nmissing\tc\t1\n"
    (folder / "qrels" / "test.tsv").write_text(judged, encoding="utf-8")
    return folder


@pytest.mark.parametrize("pooled", [False, True])
def test_prints_one_object(tmp_path: Path, pooled: bool) -> None:
    out = StringIO()
    call_command(
        "evaluate_matching", dataset=_collection(tmp_path), json=True, pooled=pooled, stdout=out, stderr=StringIO()
    )
    result = json.loads(out.getvalue())
    assert result["n_queries"] == 2
    assert set(result["demand"]) == {"words", "vectors", "fusion", "full", "calibration", "nothing_fits_auc"}
    assert result["demand"]["full"]["ndcg@10"][0] == 1.0
    assert result["demand"]["nothing_fits_auc"] == 1.0
    assert set(result["demand"]["full"]) == {"ndcg@10", "mrr", "recall@10", "recall@100"}


def test_one_direction_only(tmp_path: Path) -> None:
    out = StringIO()
    call_command(
        "evaluate_matching", dataset=_collection(tmp_path), direction="supply", json=True, stdout=out, stderr=StringIO()
    )
    assert "demand" not in json.loads(out.getvalue())


def test_below_the_floor_it_fails(tmp_path: Path) -> None:
    floor = tmp_path / "floors.json"
    floor.write_text(json.dumps({"demand": {"ndcg@10": 1.01}}))
    with pytest.raises(CommandError, match="Below the floor"):
        call_command(
            "evaluate_matching",
            dataset=_collection(tmp_path / "set"),
            floor=floor,
            stdout=StringIO(),
            stderr=StringIO(),
        )
