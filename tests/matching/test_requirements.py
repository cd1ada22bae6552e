"""Requirements read from texts, with negation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.requirements import keys_of, read_demand, read_supply


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("系统须本地化部署，原始数据不得外传。", {"on-premises": "required", "data-stays-in-domain": "required"}),
        ("不需要本地化部署，上云即可。", {}),
        ("最好能离线使用。", {"offline": "preferred"}),
        ("无需国产芯片；必须通过等保三级测评。", {"mlps-3": "required"}),
        ("老人说方言，坐席听不懂。", {"dialect": "preferred"}),
        ("", {}),
        ("😀", {}),
    ],
)
def test_demands(text: str, expected: dict[str, str]) -> None:
    assert {reading.key: reading.strength for reading in read_demand(text)} == expected


@pytest.mark.parametrize(
    ("text", "offered", "lacking"),
    [
        ("断网也能先判读，有网后上传。", {"offline"}, set()),
        ("要联网使用，支持小程序。", {"mobile"}, {"offline"}),
        ("暂不支持方言。", set(), {"dialect"}),
        ("公有云服务，开通账号即用。", set(), {"on-premises", "data-stays-in-domain"}),
        ("普通厂区使用，非防爆。", set(), {"explosion-proof"}),
    ],
)
def test_supplies(text: str, offered: set[str], lacking: set[str]) -> None:
    read = read_supply(text)
    assert (set(read.offered), set(read.lacking)) == (offered, lacking)


def test_phrases_of_other_lists() -> None:
    assert keys_of("本地化部署") == {"on-premises"}
    assert keys_of("on-premises") == {"on-premises"}
    assert keys_of("数据不出域") == {"data-stays-in-domain"}
    assert keys_of("会唱戏") == {"会唱戏"}


@given(st.text(alphabet="苹果天气今日路灯abc ", max_size=40))
def test_an_irrelevant_sentence_takes_nothing_away(more: str) -> None:
    text = "系统须本地化部署。断网可用。"
    before = {reading.key for reading in read_demand(text)}
    assert before <= {reading.key for reading in read_demand(f"{text}{more}")}
    assert read_supply(text).offered <= read_supply(f"{text}{more}").offered


@given(st.text(max_size=300))
def test_reads_anything(text: str) -> None:
    offer = read_supply(text)
    assert not offer.offered & offer.lacking
    assert read_demand(text) == read_demand(text)
