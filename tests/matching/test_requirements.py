"""Requirements read from texts: how Chinese asks, wishes, waives, supposes and denies."""

from pathlib import Path

import pytest
import yaml
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.requirements import (
    keys_of,
    read_demand,
    read_supply,
    requirements_lexicon,
    said_of_demand,
)

# R: required, P: preferred; what is not named is not asked.
DEMANDS = {
    "plain": [
        ("系统须本地化部署，原始数据不得外传。", "R:on-premises R:data-stays-in-domain"),
        ("必须通过等保三级测评。", "R:mlps-3"),
        ("老人说方言，坐席听不懂。", "P:dialect"),
        ("响应时间不得超过3秒。", "R:real-time"),
        ("不得低于等保三级。", "R:mlps-3"),
        ("网络安全等级保护第三级", "P:mlps-3"),
        ("在保证数据不出域的前提下开展。", "R:data-stays-in-domain"),
        ("数据不出域是底线。", "R:data-stays-in-domain"),
        ("结果可解释为必备。", "R:explainable"),
        ("", ""),
        ("😀", ""),
    ],
    "wished": [
        ("最好能离线使用。", "P:offline"),
        ("支持方言者优先。", "P:dialect"),
        ("国产芯片、信创适配优先。", "P:domestic-hardware P:xinchuang"),
        ("如能支持方言更好。", "P:dialect"),
        ("优先考虑支持小程序的方案。", "P:mobile"),
        ("等保三级为加分项。", "P:mlps-3"),
    ],
    "waived": [
        ("不需要本地化部署，上云即可。", ""),
        ("无需国产芯片；必须通过等保三级测评。", "R:mlps-3"),
        ("不要求等保三级，等保二级即可。", "P:mlps-2"),
        ("不强制要求驻场。", ""),
        ("无须驻场，远程支持即可。", ""),
        ("离线功能不需要。", ""),
        ("可以不本地化部署。", ""),
        ("不一定要本地化部署。", ""),
        ("暂不考虑移动端。", ""),
        ("对方言没有要求。", ""),
        ("无方言识别要求。", ""),
        ("目前没有离线使用的需求。", ""),
        ("本地化部署或云端部署均可。", ""),
        ("部署方式不限于本地化部署。", ""),
        ("信创适配不作硬性要求。", ""),
        ("用不着驻场。", ""),
    ],
    "twice negated": [
        ("不得不本地化部署。", "R:on-premises"),
        ("非本地化部署不可。", "R:on-premises"),
        ("没有本地化部署不行。", "R:on-premises"),
        ("没有等保三级的不予考虑。", "R:mlps-3"),
        ("不支持离线的，不予考虑。", "R:offline"),
        ("除非支持离线，否则不予考虑。", "R:offline"),
        ("并非不需要本地化部署。", "R:on-premises"),
        ("不能没有人工复核。", "R:human-review"),
        ("人工复核必不可少。", "R:human-review"),
        ("离不开驻场服务。", "R:onsite-service"),
    ],
    "not only": [
        ("不仅支持方言，还要支持离线。", "P:dialect R:offline"),
        ("系统不但要本地化部署，还要对接现有业务系统。", "R:on-premises R:system-integration"),
        ("不只需要方言识别，也需要多语种。", "R:dialect R:multilingual"),
    ],
    "lists": [
        ("无需本地化部署、国产芯片和等保三级。", ""),
        ("无需本地化部署、国产芯片，但须通过等保三级测评。", "R:mlps-3"),
        ("无需本地化部署、必须通过等保三级。", "R:mlps-3"),
        ("必须支持方言、离线和小程序。", "R:dialect R:offline R:mobile"),
        ("方言、离线均不作要求。", ""),
        ("须支持包括但不限于方言、离线等情形。", "R:dialect R:offline"),
        ("要求系统支持方言，并能离线使用。", "R:dialect R:offline"),
        ("必须支持方言、离线使用优先。", "R:dialect P:offline"),
        ("必备条件：本地化部署、等保三级；加分项：国产芯片。", "R:on-premises R:mlps-3 P:domestic-hardware"),
        ("必备条件：\n1.本地化部署；\n2.等保三级。\n其他说明\n支持小程序。", "R:on-premises R:mlps-3 P:mobile"),
    ],
    "conditions": [
        ("若数据涉密，则须本地化部署。", "P:on-premises"),
        ("如涉及个人信息，必须通过等保三级测评。", "P:mlps-3"),
        ("如需本地化部署，费用另行协商。", ""),
        ("如采用小程序，须通过等保二级测评。", "P:mlps-2"),
        ("一旦断网，设备须继续运行。", "R:offline"),
        ("若已脱敏，可不本地化部署。", ""),
    ],
    "look-alikes": [
        ("手机号需脱敏。", ""),
        ("供应商应用方言模型的经验不作要求。", ""),
        ("本系统应用于城市治理，对接热线平台。", "P:system-integration"),
        ("现在全靠人工复核。", ""),
        ("早高峰期拥堵。", ""),
        ("无网格员的小区。", ""),
        ("重要的是方言。", "P:dialect"),
    ],
}  # fmt: skip


def _expected(marks: str) -> dict[str, str]:
    strengths = {"R": "required", "P": "preferred"}
    return {mark[2:]: strengths[mark[0]] for mark in marks.split()}


@pytest.mark.parametrize(
    ("text", "marks"), [pytest.param(*case, id=f"{kind}: {case[0][:24]}") for kind in DEMANDS for case in DEMANDS[kind]]
)
def test_demands(text: str, marks: str) -> None:
    assert {reading.key: reading.strength for reading in read_demand(text)} == _expected(marks)


@pytest.mark.parametrize(
    ("text", "offered", "lacking"),
    [
        ("断网也能先判读，有网后上传。", "offline", ""),
        ("要联网使用，支持小程序。", "mobile", "offline"),
        ("暂不支持方言。", "", "dialect"),
        ("方言暂不支持。", "", "dialect"),
        ("暂不支持方言、离线和多语种。", "", "dialect offline multilingual"),
        ("支持本地化部署、离线运行，不支持方言。", "on-premises offline", "dialect"),
        ("公有云服务，开通账号即用。", "", "on-premises data-stays-in-domain"),
        ("不支持本地化部署，仅提供公有云服务。", "", "on-premises data-stays-in-domain"),
        ("支持SaaS和私有化部署。", "on-premises", "data-stays-in-domain"),
        ("普通厂区使用，非防爆。", "", "explosion-proof"),
        ("没有防爆认证。", "", "explosion-proof"),
        ("未取得煤安标志。", "", "explosion-proof"),
        ("仅支持普通话。", "", "dialect"),
        ("不仅支持离线，还支持方言。", "offline dialect", ""),
        ("并非不支持离线。", "offline", ""),
        ("无需联网即可运行。", "offline", ""),
        ("不依赖网络。", "offline", ""),
        ("不受雨雾影响。", "adverse-weather", ""),
        ("除方言外均支持。", "", "dialect"),
        ("除支持方言外，还支持离线使用。", "dialect offline", ""),
        ("如需本地化部署，可另行报价。", "on-premises", ""),
        ("已通过等保三级测评，支持国密SM4。", "mlps-3 national-crypto", ""),
        ("可在内网部署，数据不出院。", "on-premises data-stays-in-domain", ""),
        # Neither met nor missed: what is planned, what is not needed, what others cannot do.
        ("等保三级正在测评。", "", ""),
        ("计划支持信创。", "", ""),
        ("无需人工复核。", "", ""),
        ("传统产品不支持方言，本产品支持方言。", "dialect", ""),
    ],
)  # fmt: skip
def test_supplies(text: str, offered: str, lacking: str) -> None:
    read = read_supply(text)
    assert (set(read.offered), set(read.lacking)) == (set(offered.split()), set(lacking.split()))


def test_a_reading_names_its_sentence_its_phrase_and_its_condition() -> None:
    (reading,) = read_demand("全县三家医院。若数据涉密，则须本地化部署。")
    assert reading.sentence == "若数据涉密，则须本地化部署"
    assert (reading.phrase, reading.condition) == ("本地化部署", "若数据涉密")


def test_a_waiver_is_told_and_a_firm_ask_weighs_more() -> None:
    assert [(said.key, said.answer) for said in said_of_demand("不需要离线。支持离线更省事。")] == [
        ("offline", "waived")
    ]
    assert [(said.key, said.answer) for said in said_of_demand("不需要离线。二期必须支持离线。")] == [
        ("offline", "required")
    ]


def _seeds() -> list[dict[str, object]]:
    path: Path = settings.BASE_DIR / "seeds" / "requirements.yaml"
    rows: list[dict[str, object]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return rows


@pytest.mark.parametrize("row", _seeds(), ids=lambda row: str(row["key"]))
def test_the_words_of_the_reference_data_are_understood(row: dict[str, object]) -> None:
    words = row["words"]
    assert isinstance(words, list)
    lexicon = requirements_lexicon({str(row["key"]): words})
    for word in [row["name_zh"], *words]:
        assert str(row["key"]) in keys_of(str(word), lexicon), word


def test_words_of_a_market_are_added_to_the_standing_ones() -> None:
    lexicon = requirements_lexicon({"cold-proof": ["耐寒", "低温启动"], "mobile": ["快应用"]})
    read = read_demand("设备必须耐寒，最好有快应用，手机上可看。", lexicon)
    assert {reading.key: reading.strength for reading in read} == {"cold-proof": "required", "mobile": "preferred"}


def test_phrases_of_other_lists() -> None:
    assert keys_of("本地化部署") == {"on-premises"}
    assert keys_of("on-premises") == {"on-premises"}
    assert keys_of("数据不出域") == {"data-stays-in-domain"}
    assert keys_of("会唱戏") == {"会唱戏"}


ASKS = ["系统须本地化部署。", "非信创环境不可。", "不支持离线的，不予考虑。", "支持方言者优先。", "等保三级必不可少。"]
IRRELEVANT = st.lists(
    st.sampled_from(
        ["今天天气不错。", "全县共有三家医院！", "Nothing else.", "路灯坏了没人报。", "\n", "苹果好吃；", "无人值守。"]
    ),
    max_size=6,
).map("".join)


@given(st.lists(st.sampled_from(ASKS), min_size=1, max_size=4), IRRELEVANT, IRRELEVANT)
def test_an_irrelevant_sentence_takes_nothing_away(asks: list[str], before: str, after: str) -> None:
    text = "".join(asks)
    firm = {reading.key: reading.strength for reading in read_demand(text)}
    longer = {reading.key: reading.strength for reading in read_demand(f"{before}{text}{after}")}
    assert longer == firm
    assert read_supply(text) == read_supply(f"{before}{text}{after}")


@given(st.text(max_size=300))
def test_reads_anything(text: str) -> None:
    offer = read_supply(text)
    assert not offer.offered & offer.lacking
    assert [reading.key for reading in read_demand(text)] == sorted({said.key for said in read_demand(text)})


@given(st.lists(st.sampled_from("不无须需要必非得离线方言本地化部署、，。若如均可优先"), max_size=40).map("".join))
def test_any_mixture_of_governing_words_is_read(text: str) -> None:
    assert {reading.strength for reading in read_demand(text)} <= {"required", "preferred"}
