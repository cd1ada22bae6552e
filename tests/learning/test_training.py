"""A training from beginning to end, with the real encoder on a small collection."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from marketplace.audit.models import Entry
from marketplace.learning import actions
from marketplace.pairing import actions as pairing
from marketplace.pairing.feed import renew_all
from marketplace.pairing.models import Mark
from marketplace.web.verdicts import Refused
from matching import ranker
from matching.encoding import warm_encoder
from matching.models import Document, RankerVersion
from tests.matching.learning import weights_on
from tests.world import make_world, published_capability, published_scenario

pytestmark = pytest.mark.django_db
THINGS = (
    ("病历漏项质控", "逐份检查出院病历的漏项。"),
    ("秸秆火点识别", "用摄像机发现田间火点和烟雾。"),
    ("渣土车识别", "识别路上的渣土车和抛洒。"),
    ("茶叶采摘机器人", "按芽头采摘名优茶。"),
    ("桥梁裂缝检测", "用照片测量桥梁的裂缝宽度。"),
    ("古籍文字修复", "补全古籍上残缺的文字。"),
    ("养老院跌倒报警", "发现老人跌倒并通知护理员。"),
    ("港口集装箱验残", "查出集装箱的凹损和锈蚀。"),
    ("法律文书起草", "根据案情起草起诉状。"),
    ("水质蓝藻预警", "预测湖面蓝藻的聚集。"),
    ("方言客服", "听懂皖北方言的来电。"),
    ("电梯困人预测", "从运行数据预测电梯故障。"),
)


def _collection(folder: Path, *, contradictory: bool = False) -> Path:
    """Twelve demands against twelve supplies: each is solved by its own; or every second by one of another matter."""
    (folder / "qrels").mkdir(parents=True)
    rows = [{"_id": f"q{n}", "title": name, "text": f"我们需要{text}"} for n, (name, text) in enumerate(THINGS)]
    supplies = [{"_id": f"s{n}", "title": f"{name}系统", "text": text} for n, (name, text) in enumerate(THINGS)]
    for name, lines in (("queries", rows), ("corpus", supplies)):
        text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    solved = [(n + 5) % 12 if contradictory and n % 2 else n for n in range(len(THINGS))]
    qrels = [f"q{n}\ts{m}\t{3 if m == solved[n] else 0}" for n in range(len(THINGS)) for m in range(len(THINGS))]
    (folder / "qrels" / "test.tsv").write_text("\n".join(["q\td\tscore", *qrels]) + "\n", encoding="utf-8")
    return folder


def _stand_badly() -> RankerVersion:
    """A version that prefers what is far away."""
    weights = weights_on("meaning", -1.0)
    version = RankerVersion.objects.create(
        weights=weights.as_json(), fingerprint=weights.fingerprint, margin=0, outcome="installed", replaced="x"
    )
    ranker.install(version)
    return version


def _train(*arguments: Any, **options: Any) -> str:
    out = StringIO()
    call_command("train_ranker", *arguments, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_better_weights_are_installed_matches_renewed_marks_kept_and_one_click_goes_back(tmp_path: Path) -> None:
    world = make_world()
    capability, scenario = published_capability(world), published_scenario(world)
    bad = _stand_badly()
    renew_all(lambda _n: None)
    mark = pairing.mark_for_department(actor=world.alice, scenario=scenario, capability=capability, kind="interested")
    model = warm_encoder().fingerprint
    assert Document.objects.unmatched(model, bad.fingerprint).count() == 0

    printed = _train(collections=[_collection(tmp_path)])
    version = RankerVersion.objects.get(standing=True)
    assert "installed (record" in printed
    assert (version.outcome, version.replaced, version.trained_by) == ("installed", bad.fingerprint, None)
    assert version.counts == {"market": {"interested": 1}, "collections": {tmp_path.name: 144}}
    assert version.figures["by_demand"]["difference"][1] > 0
    assert Entry.objects.filter(verb="learning.train").get().detail == {"outcome": "installed"}
    assert Document.objects.unmatched(model, version.fingerprint).count() == 2
    renew_all(lambda _n: None)
    assert Document.objects.unmatched(model, version.fingerprint).count() == 0
    assert Mark.objects.get() == mark

    for user in (world.alice, world.judge, world.hefei_admin):
        with pytest.raises(Refused):
            actions.install_version(actor=user, version=bad)
    actions.install_version(actor=world.province, version=bad)
    assert ranker.standing_version() == bad
    with pytest.raises(Refused, match="正在使用"):
        actions.install_version(actor=world.province, version=bad)
    actions.install_version(actor=world.province, version=None)
    assert ranker.standing_weights() == ranker.file_weights()
    assert [entry.detail["to"] for entry in Entry.objects.filter(verb="learning.install").order_by("pk")] == [
        bad.pk, "file",
    ]  # fmt: skip
    assert Document.objects.unmatched(model, ranker.file_weights().fingerprint).count() == 2
    assert Mark.objects.get() == mark


def test_a_world_that_contradicts_itself_installs_nothing_and_leaves_a_record(tmp_path: Path) -> None:
    printed = _train(collections=[_collection(tmp_path, contradictory=True)])
    version = RankerVersion.objects.get()
    assert (version.outcome, version.standing) == ("not_better", False)
    assert "not installed" in printed
    assert ranker.standing_weights() == ranker.file_weights()


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    _stand_badly()
    printed = _train("--dry-run", collections=[_collection(tmp_path)])
    assert "dry run" in printed
    assert "demands held out" in printed
    assert RankerVersion.objects.count() == 1
    assert not Entry.objects.filter(verb="learning.train").exists()


def test_without_anything_judged_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nothing is judged"):
        _train(collections=[])
    with pytest.raises(CommandError, match="missing"):
        _train(collections=[tmp_path])
