"""Facts that stand in a text beside its requirements: money, computing, maturity, places. Each with its sentence.

Like requirements they are proposals: a form shows them, a person takes them over or does not.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from matching.engine.lexicon import Lexicon
from matching.engine.polarity import claim_of, marked, sentences_of, stance_of
from matching.engine.requirements import Said

_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_TENS = {"十": 10, "百": 100, "千": 1000}
_NUMBER = r"(?:[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?|[一二两三四五六七八九十百千零〇]+)"
_MONEY = re.compile(
    rf"(?P<low>{_NUMBER})\s*(?P<unit1>亿|千万|百万|十万|万|元)?元?\s*(?:-|－|—+|~|～|至|到)\s*(?P<high>{_NUMBER})\s*(?P<unit2>亿|千万|百万|十万|万|元)"
    rf"|(?P<one>{_NUMBER})\s*(?:多|余|来|几)?\s*(?P<unit>亿|千万|百万|十万|万|元)(?P<more>多|余)?元?"
)  # fmt: skip
_IN_WAN = {"亿": 10_000.0, "千万": 1000.0, "百万": 100.0, "十万": 10.0, "万": 1.0, "元": 0.0001}
_OF_BUDGET = re.compile(r"预算|投资|资金|经费|投入|总价|报价|价格|售价|费用|造价|合同[额价]|起价|收费|限价|金额|采购")
_OF_OTHERS = re.compile(
    r"损失|节约|节省|节支|罚|收入|产值|税|赔|成本[^，。]{0,4}(?:降|减)|利润|营收|补助|补贴|奖|挽回|欠|销售额|交易额|流水"
)
_AT_MOST = re.compile(r"(?:不超过|不高于|最高|至多|上限|限价|控制在|以内|之内|以下|封顶|不大于)")
_AT_LEAST = re.compile(r"(?:不低于|不少于|至少|最低|下限|以上|起步|起价|起$|起[，。])")
_PER = re.compile(r"每(?:年|月|件|次|人|台|套|路|户)|[/／](?:年|月|件|次|人|台|套|路)|一[年月件次]|按[年月件次]|年费")

_CARDS = re.compile(
    rf"(?P<cards>{_NUMBER})\s*(?:张|块|片|卡|颗)\s*(?P<kind>[^，。；、\s]{{0,12}}?(?:推理卡|训练卡|加速卡|显卡|计算卡|gpu|npu|卡|昇腾[0-9a-z]*|a?[0-9]{{2,4}}[a-z]?))"
    rf"|(?P<power>{_NUMBER})\s*(?P<unit>p|pflops|tflops|tops|eflops)(?![a-z])"
)  # fmt: skip
_CPU_ONLY = re.compile(
    r"(?:普通|通用|一般)?(?:cpu|x86)[^，。；]{0,6}(?:即可|就能|可运行|上运行)"
    r"|(?:无需|不需要?|不用|不必)[^，。；]{0,4}(?:gpu|显卡|加速卡)"
)

# The level that a supply states of itself; the highest that it has reached counts.
_TENS_OF = r"(?:[1-9][0-9]+|[二三四五六七八九]?十|百|千)"
_MATURE: Mapping[str, str] = {
    "concept": (
        r"(?:处于|尚在|仍在)[^，。；]{0,4}(?:概念|方案|构想|论证)(?:设计)?阶段"
        r"|尚无(?:可运行的?)?(?:系统|原型|样机)"
    ),
    "prototype": r"样机|原型(?:系统|机)?(?:已|验证|阶段)|实验室(?:内|环境|阶段)?(?:验证|可|测试|运行)|概念验证",
    "pilot": (
        r"试点(?:应用|运行|上线|单位|项目)?|试运行|试用(?:于|单位|期)"
        rf"|(?:运行|上线|使用|服务)(?:已|了|满)?\s*{_NUMBER}\s*(?:个月|年)"
    ),
    "scaled": (
        r"规模化?(?:应用|部署|推广|商用|落地)|批量(?:交付|部署|应用|供货)"
        r"|(?:累计|已)[^，。；]{0,8}(?:服务|部署|交付|覆盖|应用于)[^，。；]{0,4}"
        rf"{_TENS_OF}[^，。；]{{0,3}}(?:家|个|处|套|台|座|所)"
    ),
}
_RANKED = ("concept", "prototype", "pilot", "scaled")
_ASKS_MATURITY: Mapping[str, str] = {
    "scaled": r"规模化?应用(?:的)?(?:案例|经验|业绩)|成熟(?:的)?(?:产品|案例|方案|技术|应用)",
    "pilot": r"(?:同类|类似|相似|实际|成功|落地)(?:的)?(?:项目|应用)?(?:案例|业绩|经验)|试点(?:案例|经验)",
    "prototype": r"(?:可演示|可运行)的?(?:样机|原型|系统)|样机|原型系统",
}
_LEVELS, _ASKED_LEVELS = Lexicon(_MATURE), Lexicon(_ASKS_MATURITY)
Quantity = Literal["cards", "petaflops"]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in 万元; None where one end is open."""

    low: float | None
    high: float | None
    sentence: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Computing:
    """Computing power that is spoken of: `amount` of cards or petaflops (P); 0 cards: an ordinary processor does."""

    quantity: Quantity
    amount: float
    sentence: str
    phrase: str


def number_of(text: str) -> float:
    """“1,200”, “35.5”, “三百二十”, “十二” as a number. Raises ValueError for what is none."""
    plain = text.replace(",", "")
    if plain and plain[0].isdigit() and plain[0].isascii():
        return float(plain)
    total = digit = 0
    for character in plain:
        if character in _TENS:
            total += (digit or 1) * _TENS[character]
            digit = 0
        elif character in _DIGITS:
            digit = digit * 10 + _DIGITS[character] if total == 0 else _DIGITS[character]
        else:
            raise ValueError(text)
    return float(total + digit)


def money_of(text: str) -> Money | None:
    """What is to be spent or asked: the first amount that stands with a word of budget or price.

    Amounts of losses, fines, takings and amounts by the year or piece are none of it.
    """
    for sentence in sentences_of(text):
        for found in _MONEY.finditer(sentence.plain):
            clause = _clause(sentence.plain, found.start(), found.end())
            if _OF_BUDGET.search(clause) and not _OF_OTHERS.search(clause) and not _PER.search(clause):
                return _money(found, clause, sentence.text)
    return None


def _money(found: re.Match[str], clause: str, sentence: str) -> Money:
    phrase = found.group()
    if found["one"] is None:
        high = number_of(found["high"]) * _IN_WAN[found["unit2"]]
        low = number_of(found["low"]) * _IN_WAN[found["unit1"] or found["unit2"]]
        return Money(min(low, high), max(low, high), sentence, phrase)
    amount = number_of(found["one"]) * _IN_WAN[found["unit"]]
    if _AT_LEAST.search(clause):
        return Money(amount, None, sentence, phrase)
    return Money(None if _AT_MOST.search(clause) else amount, amount, sentence, phrase)


def _clause(line: str, start: int, end: int) -> str:
    """The clause around a place, with the one before: “预算有限，约80万”."""
    before = re.split(r"[。；;]", line[:start])[-1]
    parts = re.split(r"[，,]", before)
    after = re.split(r"[，,。；;]", line[end:])[0]
    return "，".join(parts[-2:]) + line[start:end] + after


def computing_of(text: str) -> Computing | None:
    """The first computing power that is spoken of: cards, P, or an ordinary processor that is enough."""
    for sentence in sentences_of(text):
        if found := _CARDS.search(sentence.plain):
            if found["cards"]:
                return Computing("cards", number_of(found["cards"]), sentence.text, found.group().strip())
            scale = {"p": 1.0, "pflops": 1.0, "eflops": 1000.0, "tflops": 0.001, "tops": 0.001}[found["unit"]]
            return Computing("petaflops", number_of(found["power"]) * scale, sentence.text, found.group().strip())
        if found := _CPU_ONLY.search(sentence.plain):
            return Computing("cards", 0.0, sentence.text, found.group())
    return None


def maturity_of(text: str) -> Said | None:
    """How far a supply says it has come: the highest level that it affirms (concept, prototype, pilot, scaled)."""
    best: Said | None = None
    for sentence in sentences_of(text):
        mentions = list(_LEVELS.mentions(sentence.plain))
        of = marked(sentence, [mention.span for mention in mentions])
        for mention in mentions:
            higher = best is None or _RANKED.index(mention.key) > _RANKED.index(best.key)
            if higher and claim_of(of, mention.span) == "affirmed":
                best = Said(mention.key, "met", sentence.text, sentence.plain[slice(*mention.span)])
    return best


def least_maturity_of(text: str) -> Said | None:
    """How far a demand asks a supply to have come; what it waives or merely mentions is not asked."""
    for sentence in sentences_of(text):
        mentions = list(_ASKED_LEVELS.mentions(sentence.plain))
        of = marked(sentence, [mention.span for mention in mentions])
        for mention in mentions:
            stance = stance_of(of, mention.span)
            if stance in ("required", "preferred"):
                answer: Literal["required", "preferred"] = "required" if stance == "required" else "preferred"
                return Said(mention.key, answer, sentence.text, sentence.plain[slice(*mention.span)])
    return None


def places_of(text: str, names: Mapping[str, Sequence[str]]) -> list[Said]:
    """The places of `names` (key to ways to say it) that a text speaks of, the most often named first."""
    counts: dict[str, int] = {}
    first: dict[str, Said] = {}
    for sentence in sentences_of(text):
        for key, phrase in _named(sentence.plain, names):
            counts[key] = counts.get(key, 0) + 1
            first.setdefault(key, Said(key, "preferred", sentence.text, phrase))
    return [first[key] for key in sorted(first, key=lambda key: (-counts[key], key))]


def _named(plain: str, names: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    for key, said in names.items():
        if found := next((name for name in said if name and name.casefold() in plain), None):
            yield key, found
