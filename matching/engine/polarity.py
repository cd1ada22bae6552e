"""How Chinese asks, wishes, waives and denies: which word governs a phrase of a sentence.

Nothing here knows what the phrases mean. A sentence is given with the spans of the phrases in it; the answer says
whether each is asked (“必须…”, “非…不可”, “没有…不予考虑”), wished (“…者优先”), waived (“无需…、…和…”, “…不作要求”),
or only mentioned; for a supply, whether it is affirmed, denied, or neither (“…正在申请”, “无需…”).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from matching.engine.terms import normalise

Stance = Literal["required", "preferred", "waived", "mentioned", "supposed"]
Claim = Literal["affirmed", "denied", "open"]
Span = tuple[int, int]

LONGEST = 300  # characters; what is longer without an end is cut

_ENDS = re.compile(r"(?<=[。！？!?；;\n])")
_BOUNDS = re.compile(r"[，,：:（）()。！？!?；;]")
_ITEM = re.compile(
    r"^\s*(?:[（(]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[)）.、．]|[①-⑳]|[-•·*●▪]|[一二三四五六七八九十]是)"
)
_TAKEN = "\ue000"  # stands in the place of every character of a phrase, so that words inside a phrase govern nothing

# Words that look like a governing word and are none; they are read first, so that nothing is found inside them.
_NONE = (
    r"包括但不限于|但不限于|不仅仅?|不但|不光(?!照)|不单(?!独)|不只|不止|无不|莫不|无论|不论|不管|需求|供需|要素|要点|要么|应用|响应|供应"
    r"|适应|对应|反应|效应|相应|应急|应答|应收|须知|需方|所需|概要|摘要|纪要|只要|首要|重要|主要|必要性|考虑到|要件|要闻|建议书|期望值"
    r"|取得|获得|得到|觉得|值得|使得|懂得|得出|得分|得以|不得了|可选项目|要道|要害|紧要|简要|扼要"
)
_ASKED = (
    r"不得不|不能不|不可不|不能没有|不可没有|不可或缺|必不可少|不可缺少|缺一不可|少不了|缺不了|离不开"
    r"|(?:并非|不是|并不是)(?:不(?:需要?|要求|支持|考虑)|无[需须]|没有)"
    r"|必须|必需|必备|务必|务须|硬性(?:要求|条件|指标)?|强制(?:性)?(?:要求|条件)?|刚性|一票否决|前提|底线|红线|刚需|只能|只接受|仅限|仅接受|一律"
    r"|确保|保证|不(?:得|能|可|应)?(?:低于|少于|超过|高于|大于|小于|晚于|多于)"
    r"|应(?:当|该)|应(?=能|可|支持|具备|满足|在|由|采用|使用|通过|提供|具有|符合|实现|部署|有|为|与|对接|全部|同时|\ue000)"
    r"|(?<![无毋不])须|(?<![无不])需要?|要求|得(?=能|要|有|是|支持|在|会)|要"
)
_FORBIDDEN = r"不得|不能|不可|不许|不准|禁止|严禁|不允许|不接受|拒绝|谢绝|不同意|不建议|不宜"
_WISHED = (
    r"优先(?:考虑|选择|选用|采用|支持)?|最好|希望|期望|期待|盼|鼓励|建议|可选|选配|加分|倾向于?|(?:如果?|若)(?:能够?|可以?|有条件|具备)"
    r"|更好|更佳|为佳|为宜|尽量|尽可能|尽力|争取|力争|(?<!不)考虑|想要?|欢迎|酌情|有条件的|锦上添花"
)
_WAIVED = (
    r"不(?:作|做|设|提)?(?:硬性|强制性?|具体|特别|统一)(?:要求|限制|规定)?|不(?:作|做|设|提)(?:要求|限制|规定)"
    r"|不(?:再)?(?:需要?|必要?|须|要求|强求|一定(?:非)?[要得]?|是必[须需]|考虑|涉及|想要?|打算|限(?!于)|拘|用)"
    r"|不限于|无[须需]|毋[须需]|(?:可|可以)(?:不|没有|省)|可有可无|无所谓|未必|暂不(?:需要?|要求|考虑|涉及)?|非必[须需]|并非必[须需]|非强制|没(?:有)?必要"
    r"|无必要|不要(?!求)|免(?:于|去|除)|用不[着上]|(?:均|皆|都)(?:可|可以|行)(?=[，,。；;）)]|$)|也(?:行|可|可以)(?=[，,。；;）)]|$)|任选|二选一"
)
_WORDS = re.compile(
    f"(?P<none>{_NONE})|(?P<wished>{_WISHED})|(?P<waived>{_WAIVED})|(?P<required>{_ASKED})|(?P<forbidden>{_FORBIDDEN})"
)
_NEAR = {"waived": 14, "forbidden": 6}  # how far before its phrase such a word may stand, other phrases not counted
_CLOSES = re.compile(
    r"(?:的|项|条件|要求|标准|指标|通过|具备|有|者|考虑|选择|即可|部分|规定|之列|配置|功能)*(?:[、，,。；;：:）)！!？?]|$)"
)
_ALL = re.compile(r"均|都|皆|全部|一律|等")
_FIRM = re.compile(r"不得|不能|不可|不许|不准|禁止|严禁|必须|只能")
_BARE = re.compile(rf"(?:{_TAKEN}|[、和与及或等]|以及|功能|能力|环境|适配|认证|测评|服务|场景)*$")
_GOES_ON = re.compile(r"^(?:并且?|且|同时|以及|还|也)(?!不|无)")

# Whole shapes around a phrase (P), stronger than any single word.
_SHAPES: tuple[tuple[re.Pattern[str], Stance], ...] = (
    (re.compile(r"非(?:得|要|有)?[^，。；]{0,4}P[^，。；]{0,6}(?:不可|不行|不成|莫属)"), "required"),
    (re.compile(r"除非[^，。；]{0,8}P[^。；]{0,12}否则"), "required"),
    (
        re.compile(
            r"(?:没有|无|缺少?|缺乏|不(?:支持|具备|能|通过|满足|符合)|无法|未(?:通过|取得|具备)|达不到|做不到)[^，。；]{0,8}P[^，。；]{0,10}，?[^，。；]{0,5}"
            r"(?:不行|不予|不接受|不考虑|免谈|勿扰|谢绝|淘汰|否决|废标|无效|出局|不(?:能|得|可)(?:参与|入围|申报|应标|验收|上线|投标))"
        ),
        "required",
    ),
    (
        re.compile(
            r"(?:没有|无|暂无|并无|不存在|未提出)[^，。；]{0,6}P[^，。；]{0,6}(?:要求|需求|需要|限制|必要|计划|打算|安排)"
        ),
        "waived",
    ),
    (re.compile(r"对[^，。；]{0,6}P[^，。；]{0,8}(?:没有|无|不)[^，。；]{0,6}(?:要求|限制|规定)"), "waived"),
)
_CONDITION = re.compile(
    r"(?:^|(?<=[，,：:；;]))[^，,。；;：:]{0,10}?(?:如果(?!能|可)|若(?!干|非|能|可)|如(?=需|有|遇|涉|采|须|要|使|选|系|是|属|确|无)|倘若|假如|假使|一旦|万一)"
    r"[^，,。；;]*?(?=[，,]|则|时(?:须|应|需|要|必|可)|$)"
)
_UNLESS = re.compile(r"[，,]除非[^。；;]*$")

_DENIED = re.compile(
    r"(?P<none>不仅仅?|不但|不光|不单(?!独)|不只|不止|无不|莫不|不可或缺|必不可少|(?:并非|不是|并不)(?:不|没有|无法)"
    r"|不(?:受|惧|怕|畏|依赖|影响|降低|减少|改变|低于|少于|限于|超过|高于|大于)|无惧|无论|不论|不管|没有[^，。；]{0,4}限制|无法比拟|除了?)"
    r"|(?P<open>无[需须]|不需要?|不必|不须|不用|免(?:于|去|除)|计划|规划|拟|即将|预计|正在|将(?:于|在|会|逐步)|下一?步|后续(?:将|会|版本)|未来|研发中|开发中"
    r"|申请中|办理中|测评中|适配中|筹备|争取|有望)"
    r"|(?P<denied>(?:暂|尚|还)?(?:不(?:支持|具备|提供|含|包含|包括|涉及|适用于?|适合|适应|兼容|能够?|可|可以|带|做|宜|建议)|未(?:做|取得|通过|支持|具备|获得|完成|提供|适配|经)|无法|难以|没有|没|无|未)"
    r"|缺乏|缺少|非|禁止)"
)
_DENIED_AFTER = re.compile(
    r"^[^，,。；;]{0,6}?(?:(?P<open>(?:正在|尚在|仍在)(?:办理|申请|申报|测评|适配|开发|研发|备案)|(?:申请|办理|测评|适配|开发|研发|规划|筹备|备案)中|计划|预计|即将)"
    r"|(?P<denied>(?:暂|尚|还|均|都|也)*(?:不(?:支持|具备|提供|可用|能用|适用|行|可|能)(?!或缺|替代|少)|无法|未(?:做|取得|通过|支持|完成|适配)|没有|除外|停(?:用|飞|机|止)|失效|受限)))"
)
_OTHERS = re.compile(
    r"传统|同类|市面|友商|竞品|其他厂商|其它厂商|以往|原先|过去|此前|改造前|普通(?:产品|设备|方案)|多数产品"
)
_EXCEPT = re.compile(r"除了?[^，。；]{0,8}P[^，。；]{0,4}外(?P<rest>，?[^，。；]{0,6})")
_THE_REST = re.compile(r"均|都|全|皆|其余|其他|其它")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it was written, as it is compared (same order, maybe another length), and the heading above it."""

    text: str
    plain: str
    heading: Stance


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence whose phrases are known; `masked` has the length of `plain`, with every phrase blotted out."""

    sentence: Sentence
    masked: str
    condition: tuple[Span, Span] | None  # of a condition, and of what holds only then

    @property
    def plain(self) -> str:
        """The sentence as it is compared."""
        return self.sentence.plain


@dataclass(frozen=True, slots=True)
class _Word:
    kind: str
    start: int
    end: int
    closes: bool  # stands after what it governs


def sentences_of(text: str) -> Iterator[Sentence]:
    """The sentences of a text. A heading that ends in a colon (“必备条件：”) speaks for the numbered items below it."""
    heading: Stance = "mentioned"
    for piece in _ENDS.split(text):
        written = piece.strip().rstrip("。！？!?；;")
        if not written:
            continue
        plain = normalise(written)
        if len(plain) > LONGEST:
            yield from (Sentence(cut, normalise(cut), heading) for cut in _cut(written))
            continue
        if not _ITEM.match(plain):
            heading = "mentioned"
        yield Sentence(written, plain, heading)
        before, colon, _rest = plain.partition(":")
        if colon and len(before) <= 20:
            heading = _heading(before) or heading


_HEADINGS: dict[str, Stance] = {"required": "required", "wished": "preferred", "waived": "waived"}


def _heading(text: str) -> Stance | None:
    kinds = [found.lastgroup or "" for found in _WORDS.finditer(text) if found.lastgroup != "none"]
    return _HEADINGS.get(kinds[-1]) if kinds else None


def _cut(written: str) -> Iterator[str]:
    for start in range(0, len(written), LONGEST):
        yield written[start : start + LONGEST]


def marked(sentence: Sentence, spans: Sequence[Span]) -> Marked:
    """Blot the phrases out, and find the condition under which the sentence stands, if any."""
    characters = list(sentence.plain)
    for start, end in spans:
        characters[start:end] = _TAKEN * (end - start)
    masked = "".join(characters)
    return Marked(sentence, masked, _condition_of(masked))


def _clause(masked: str, span: Span) -> Span:
    start = max((found.end() for found in _BOUNDS.finditer(masked, 0, span[0])), default=0)
    ahead = _BOUNDS.search(masked, span[1])
    return start, ahead.start() if ahead else len(masked)


def _words(masked: str, start: int, end: int) -> list[_Word]:
    return [
        _Word(found.lastgroup or "", found.start(), found.end(), _CLOSES.match(masked, found.end()) is not None)
        for found in _WORDS.finditer(masked, start, end)
        if found.lastgroup != "none"
    ]


def _distance(masked: str, start: int, end: int) -> int:
    return sum(character != _TAKEN for character in masked[start:end])


def _condition_of(masked: str) -> tuple[Span, Span] | None:
    if found := _CONDITION.search(masked):
        return found.span(), (found.end(), len(masked))
    if found := _UNLESS.search(masked):
        return (found.start() + 1, found.end()), (0, found.start())
    return None


def stance_of(of: Marked, own: Span) -> Stance:
    """How a demand's sentence stands to the phrase at `own`.

    “supposed” is a phrase that stands in a condition: nothing is asked by it. Whether what is asked holds only under a
    condition is the caller's to see in `of.condition`.
    """
    shape = _shape(of.plain, own)
    for pattern, stance in _SHAPES:
        if pattern.search(shape):
            return stance
    if of.condition and of.condition[0][0] <= own[0] < of.condition[0][1]:
        return "supposed"
    start, end = _clause(of.masked, own)
    governed = _governed(of.masked, _words(of.masked, start, end), own)
    stance = governed or _carried(of.masked, of.sentence, start, end)
    return "required" if stance == "mentioned" and _FIRM.search(of.plain, *own) else stance


def _shape(line: str, own: Span) -> str:
    """The neighbourhood of a phrase, with P in its place and commas of one kind."""
    near = f"{line[max(0, own[0] - 30) : own[0]]}P{line[own[1] : own[1] + 40]}"
    return near.replace(",", "，").replace(";", "；")


def _governed(masked: str, words: Sequence[_Word], own: Span) -> Stance | None:
    """By a word of the same clause: one that closes it, else the nearest before it."""
    before = [word for word in words if word.end <= own[0] and not word.closes]
    near = next((word for word in reversed(before) if _reaches(masked, word, own)), None)
    after = next((word for word in words if word.start >= own[1]), None)
    if after is not None and after.closes:
        between = masked[own[1] : after.start]
        alone = _TAKEN not in between or _ALL.search(between)
        if alone or near is None:
            return _as_stance(after.kind)
    return _as_stance(near.kind) if near else None


def _reaches(masked: str, word: _Word, own: Span) -> bool:
    return _distance(masked, word.end, own[0]) <= _NEAR.get(word.kind, 99)


def _as_stance(kind: str) -> Stance:
    stances: dict[str, Stance] = {"required": "required", "wished": "preferred"}
    return stances.get(kind, "waived")


def _carried(masked: str, sentence: Sentence, start: int, end: int) -> Stance:
    """By the clause before, when this one only goes on with its list, or by a heading."""
    clause = masked[start:end].strip()
    earlier = masked[: max(start - 1, 0)]
    at = max((found.end() for found in _BOUNDS.finditer(earlier)), default=0)
    words = [word for word in _words(earlier, at, len(earlier)) if word.kind != "forbidden"]
    goes_on = _GOES_ON.match(clause) is not None
    bare = _BARE.match(clause) is not None
    if start and masked[start - 1] in ":：" and (heading := _heading(earlier[at:])):
        return heading
    if words and not words[-1].closes and (bare or (goes_on and words[-1].kind == "required")):
        return _as_stance(words[-1].kind)
    colon = masked.rfind(":", 0, start)
    if colon > 0 and colon <= 20 and (heading := _heading(masked[:colon])):
        return heading
    return sentence.heading


def claim_of(of: Marked, own: Span) -> Claim:
    """What a supply's sentence says of the phrase at `own`: that it holds, that it does not, or neither."""
    masked = of.masked
    start, end = _clause(masked, own)
    if found := _EXCEPT.search(_shape(masked, own)):
        return "denied" if _THE_REST.search(found["rest"]) else "affirmed"
    if _OTHERS.search(masked, start, own[0]):
        return "open"
    if found := _DENIED_AFTER.match(masked[own[1] : end]):
        return "open" if found["open"] else "denied"
    kinds = [
        found
        for found in _DENIED.finditer(masked, start, own[0])
        if _distance(masked, found.end(), own[0]) <= _GAPS.get(found.group(), 6)
    ]
    if not kinds or kinds[-1].lastgroup == "none":
        return "affirmed"
    return "denied" if kinds[-1].lastgroup == "denied" else "open"


# One character alone denies only what it touches.
_GAPS = {"无": 0, "未": 2, "非": 1, "没": 1, "拟": 8, "计划": 12, "正在": 12, "预计": 12}
