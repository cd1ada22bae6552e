"""Facts read from texts: money, computing, maturity, places, deployment and modality."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.facts import (
    computing_of,
    least_maturity_of,
    maturity_of,
    money_of,
    number_of,
    places_of,
)
from matching.engine.requirements import deployments_of, modalities_of

CITIES = {"340100": ["合肥"], "340200": ["芜湖"], "340500": ["马鞍山"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("预算50-100万。", (50.0, 100.0)),
        ("项目预算 50万元至100万元。", (50.0, 100.0)),
        ("投资规模1.2亿元。", (12000.0, 12000.0)),
        ("资金不超过八十万元。", (None, 80.0)),
        ("报价控制在 120 万元以内。", (None, 120.0)),
        ("报价60万元起。", (60.0, None)),
        ("总投资约3千万。", (3000.0, 3000.0)),
        ("经费有限，大约35.5万元。", (35.5, 35.5)),
        ("采购预算1,200万元", (1200.0, 1200.0)),
        ("每年损失约300万元。", None),
        ("每年收费30万元。", None),
        ("全年节省资金80万元。", None),
        ("服务人口120万。", None),
        ("", None),
    ],
)  # fmt: skip
def test_money(text: str, expected: tuple[float | None, float | None] | None) -> None:
    found = money_of(text)
    assert (found and (found.low, found.high)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("现有2张推理卡。", ("cards", 2.0)),
        ("需四块 GPU", ("cards", 4.0)),
        ("算力需求 10P。", ("petaflops", 10.0)),
        ("普通CPU即可运行。", ("cards", 0.0)),
        ("无需GPU。", ("cards", 0.0)),
        ("三张照片。", None),
    ],
)
def test_computing(text: str, expected: tuple[str, float] | None) -> None:
    found = computing_of(text)
    assert (found and (found.quantity, found.amount)) == expected


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("已在两家医院试点，计划规模化推广。", "pilot"),
        ("规模化应用于全国。", "scaled"),
        ("累计部署120套。", "scaled"),
        ("样机已完成。", "prototype"),
        ("尚处于概念设计阶段。", "concept"),
        ("正在试点。", None),
        ("效果好。", None),
    ],
)
def test_maturity_of_a_supply(text: str, level: str | None) -> None:
    found = maturity_of(text)
    assert (found and found.key) == level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("须有成熟的产品。", "scaled"),
        ("有同类项目案例者优先。", "pilot"),
        ("不要求有同类案例。", None),
        ("可演示的样机即可。", None),
    ],
)
def test_maturity_asked(text: str, level: str | None) -> None:
    found = least_maturity_of(text)
    assert (found and found.key) == level


def test_places() -> None:
    assert [said.key for said in places_of("芜湖市港口。合肥也可。芜湖先行。", CITIES)] == ["340200", "340100"]
    assert places_of("全省。", CITIES) == []


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("须部署在政务云。", {"cloud"}),
        ("不得上云，部署在局机房。", {"on-premises"}),
        ("边缘盒子与云平台协同。", {"edge", "cloud"}),
        ("模型装在手机里，端侧运行。", {"device"}),
        ("云台摄像机。", set()),
        ("无需云端部署。", set()),
    ],
)
def test_deployments(text: str, keys: set[str]) -> None:
    assert {said.key for said in deployments_of(text)} == keys


def test_deployments_of_a_supply() -> None:
    said = deployments_of("支持私有化部署，不支持公有云。", supply=True)
    assert [each.key for each in said] == ["on-premises"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("监控视频与通话录音。", {"video", "speech"}),
        ("卫星遥感影像。", {"remote-sensing", "image"}),
        ("卫星定位终端。", set()),
        ("传感器数据和病历文本。", {"time-series", "text"}),
        ("不涉及视频。", set()),
        ("图文多模态。", {"multimodal"}),
    ],
)
def test_modalities(text: str, keys: set[str]) -> None:
    assert {said.key for said in modalities_of(text)} == keys


@pytest.mark.parametrize(
    ("text", "value"), [("三百二十", 320), ("十二", 12), ("1,200.5", 1200.5), ("两", 2), ("二〇", 20)]
)
def test_numbers(text: str, value: float) -> None:
    assert number_of(text) == value


@given(st.text(max_size=200))
def test_reads_anything(text: str) -> None:
    money = money_of(text)
    assert money is None or money.low is None or money.high is None or money.low <= money.high
    assert computing_of(text) is None or computing_of(text) == computing_of(text)
    assert maturity_of(text) == maturity_of(text)
