"""Near-duplicates: the same thing said twice, its siblings (the same for another place or lot), and what differs.

Texts are compared with their numbers and places blotted out, and numbers and places apart: the same text for another
city is no duplicate but a sibling. Candidates are found by bands of MinHash values, which a database can index.
"""

import hashlib
import re
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise, zip_longest
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matching.engine.terms import normalise

Kind = Literal["duplicate", "sibling", "different"]
METHOD = 1  # counts changes of what `bands_of` computes; prints of another method are stale

SHINGLE = 4  # characters of a shingle of the body; of a title, two
BODY_BANDS, BODY_ROWS = 32, 4
TITLE_BANDS, TITLE_ROWS = 16, 3
SENTENCES, SENTENCE_LENGTH = 12, 14  # whole sentences that are kept as marks: a text that is still short shares them

# From the labelled pairs (`manage.py evaluate_duplicates`): shares of shingles, and centred cosines.
SAME_BODY = 0.42
SAME_CONTAINED, ENOUGH = 0.62, 40  # of the shorter text's shingles, if it has enough of them
SAME_TITLE, TITLE_WITH_BODY = 0.75, 0.16
SAME_MEANING = 0.5
ALIKE = 0.4  # clauses below this ratio of difflib do not stand for each other
MEAN_PRIOR = 8.0  # how many texts the background counts for in the mean that is subtracted before comparing meanings

_PLACE, _NUMBER = "\ue001", "\ue002"
_KEEP = re.compile(r"[^a-z0-9\u3400-\u9fff\ue001\ue002]+")
_NUMBERS = re.compile(
    r"(?:[0-9]+(?:\.[0-9]+)?|[一二两三四五六七八九十百千零〇]{2,}|[一二两三四五六七八九十百千](?=[个家份张台条元万亿套名人路座处所类种年月天日时分秒期]))\s*"
    r"(?P<unit>%|万元|亿元|元|万|亿|余?[个家份张台条套名人路座处所类种年月天日时秒公里米]?)"
)  # fmt: skip
_REGION = re.compile(
    r"(?<![城全各本省外该跨地每两同我])(?P<name>(?![和与及在对由从向把到于或])[\u4e00-\u9fff]{2,3}?)(?:自治[州县]|(?<![城])市(?![场民政区容级域直长委局])|县(?![域级城委乡])|(?<![园社小厂校库灾城郊牧林矿片景])区(?![域分块间别委划县])|镇(?![域政])|乡(?![村镇愁音]))"
)
_NO_PLACE = re.compile(
    r"^(?:全|各|本|该|某|一个?|两|城|老|新|多|多个|乡|农|所在|有关|相关|试点|下辖|辖|中心|高新|示范|服务)"
)
_LOTS = re.compile(
    r"(?:第?(?P<n>[一二三四五六七八九十0-9a-z]{1,2}))\s*(?P<of>标段|标包|分包|包|期(?!间|限|望)|批次?|阶段|号线|工区|片区)"
)
_VERSION = re.compile(r"(?:v\s?)?(?P<n>[0-9]+\.[0-9]+)(?:版)?")
_CLAUSES = re.compile(r"[。！？!?；;，,：:\n]+")


@dataclass(frozen=True, slots=True)
class Text:
    """What is compared: a title, a body, and facts that stand beside them (name of the fact to its value, as shown).

    `place` is the one that the record itself names; empty when it names none.
    """

    title: str
    body: str
    place: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a clause; `same` when the other text has it too."""

    text: str
    same: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A clause that differs, in each text; empty where one has nothing in its place."""

    one: tuple[Piece, ...]
    other: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two texts stand to each other. Shares lie in [0, 1]; `cosine` is centred, None when it was not measured."""

    kind: Kind
    title: float
    body: float
    contained: float
    cosine: float | None
    places: tuple[tuple[str, ...], tuple[str, ...]]
    lots: tuple[tuple[str, ...], tuple[str, ...]]
    facts: tuple[tuple[str, str, str], ...]  # name, value of one, value of the other

    @property
    def by_meaning(self) -> bool:
        """Only the meaning is the same; the words differ."""
        return self.kind != "different" and not _same_words(self.title, self.body, self.contained)

    @property
    def closeness(self) -> float:
        """To order by."""
        return max(self.body, self.contained, self.cosine or 0.0)


def masked(text: str, places: Collection[str] = ()) -> str:
    """The characters that are compared: no punctuation, places and numbers blotted out."""
    plain = normalise(text)
    if places:
        plain = _named(frozenset(places)).sub(_PLACE, plain)
    plain = _REGION.sub(lambda found: found.group() if _NO_PLACE.match(found["name"]) else _PLACE, plain)
    return _KEEP.sub("", _NUMBERS.sub(_NUMBER, plain))


@cache
def _named(places: frozenset[str]) -> re.Pattern[str]:
    names = sorted(map(normalise, places), key=lambda name: (-len(name), name))
    return re.compile(f"(?:{'|'.join(map(re.escape, names))})(?:市|县|区)?")


def places_in(text: str, places: Collection[str] = ()) -> frozenset[str]:
    """The places that a text names: those that are known, and those that their endings give away."""
    plain = normalise(text)
    known = {name for name in places if normalise(name) in plain}
    ended = {found["name"] for found in _REGION.finditer(plain) if not _NO_PLACE.match(found["name"])}
    return frozenset(known | {name for name in ended if not any(name.endswith(other) for other in known)})


def lots_in(title: str) -> frozenset[str]:
    """Lots, phases, versions that a title names: “二标段”, “三期”, “2.0”."""
    plain = normalise(title)
    lots = {f"{found['n']}{found['of']}" for found in _LOTS.finditer(plain)}
    return frozenset(lots | {found["n"] for found in _VERSION.finditer(plain)})


def shingles(text: str, size: int) -> frozenset[str]:
    """The runs of `size` characters of a masked text; a shorter text is one run."""
    if len(text) <= size:
        return frozenset([text] if text else [])
    return frozenset(text[start : start + size] for start in range(len(text) - size + 1))


@dataclass(frozen=True, slots=True)
class Bands:
    """What an index keeps of a text: signed 64-bit numbers. Texts that share one are worth comparing.

    `body`, `title`: bands of MinHash values; bodies that share 60 % of their shingles share a band in 99 of 100 cases,
    those that share 20 % in 5. `marks`: whole sentences, by which a text that is still short is found.
    """

    body: frozenset[int]
    title: frozenset[int]
    marks: frozenset[int]

    @property
    def all(self) -> list[int]:
        """Everything, in rising order; at most sixty."""
        return sorted(self.body | self.title | self.marks)


def bands_of(text: Text, places: Collection[str] = ()) -> Bands:
    """`places`: names that are known to be places; all texts of an index must be made with the same."""
    sentences = {masked(sentence, places) for sentence in re.split(r"[。！？!?；;\n]", text.body)}
    long = sorted((line for line in sentences if len(line) >= SENTENCE_LENGTH), key=lambda line: (-len(line), line))
    return Bands(
        frozenset(_bands("b", shingles(masked(text.body, places), SHINGLE), BODY_BANDS, BODY_ROWS)),
        frozenset(_bands("t", shingles(masked(text.title, places), 2), TITLE_BANDS, TITLE_ROWS)),
        frozenset(_number("s", line.encode()) for line in long[:SENTENCES]),
    )


def _bands(tag: str, of: Collection[str], bands: int, rows: int) -> Iterator[int]:
    if not of:
        return
    values = np.fromiter((zlib.crc32(each.encode()) for each in of), dtype=np.uint64, count=len(of))
    multiply, add = _permutations(bands * rows)
    lowest = ((values[None, :] * multiply[:, None] + add[:, None]) % np.uint64(4294967291)).min(axis=1)
    for band in range(bands):
        yield _number(f"{tag}{band}", lowest[band * rows : (band + 1) * rows].astype("<u8").tobytes())


@cache
def _permutations(count: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Fixed for good: prints made on any machine agree. Below 2³¹, so that nothing overflows 64 bits."""
    digests = [hashlib.blake2b(str(number).encode(), digest_size=8).digest() for number in range(count)]
    multiply = [int.from_bytes(digest[:4], "little") % 2147483647 + 1 for digest in digests]
    add = [int.from_bytes(digest[4:], "little") % 2147483647 for digest in digests]
    return np.array(multiply, dtype=np.uint64), np.array(add, dtype=np.uint64)


def _number(tag: str, content: bytes) -> int:
    digest = hashlib.blake2b(content, digest_size=8, person=tag.encode()).digest()
    return int.from_bytes(digest, "little", signed=True)


@dataclass(frozen=True, slots=True)
class Shape:
    """A text made ready to be compared with many."""

    text: Text
    title: frozenset[str]
    body: frozenset[str]
    places: frozenset[str]
    lots: frozenset[str]


def shape_of(text: Text, places: Collection[str] = ()) -> Shape:
    """`places`: names that are known to be places."""
    return Shape(
        text,
        shingles(masked(text.title, places), 2),
        shingles(masked(text.body, places), SHINGLE),
        places_in(f"{text.title}\n{text.body}", places),
        lots_in(text.title),
    )


def compare(one: Shape, other: Shape, cosine: float | None = None) -> Comparison:
    """Whether two texts are the same thing, and which places, lots and facts differ."""
    title, body = _share(one.title, other.title), _share(one.body, other.body)
    smaller = min(len(one.body), len(other.body))
    contained = len(one.body & other.body) / smaller if smaller >= ENOUGH else 0.0
    here, there = _places_apart(one, other)
    lots = _exclusive(one.lots, other.lots)
    kind: Kind = "different"
    if _same(title, body, contained, cosine):
        kind = "sibling" if (here and there) or any(lots) else "duplicate"
    facts = other.text.facts
    return Comparison(
        kind,
        round(title, 4),
        round(body, 4),
        round(contained, 4),
        cosine,
        (here, there),
        lots,
        tuple((name, value, facts[name]) for name, value in one.text.facts.items() if facts.get(name, value) != value),
    )


def _same(title: float, body: float, contained: float, cosine: float | None) -> bool:
    return _same_words(title, body, contained) or (cosine is not None and cosine >= SAME_MEANING)


def _same_words(title: float, body: float, contained: float) -> bool:
    with_title = title >= SAME_TITLE and max(body, contained) >= TITLE_WITH_BODY
    return body >= SAME_BODY or contained >= SAME_CONTAINED or with_title


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def _places_apart(one: Shape, other: Shape) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The places that only one of the two speaks of. A record's own place counts first, counties within it too."""
    if one.text.place and other.text.place and one.text.place != other.text.place:
        return (one.text.place,), (other.text.place,)
    return _exclusive(one.places, other.places)


def _exclusive(one: frozenset[str], other: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(sorted(one - other)), tuple(sorted(other - one))


def centred(vectors: NDArray[np.float32], mean: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors of shape (…, dimension) relative to the mean of their side, of length one; a row of zeros stays."""
    moved = vectors - mean
    lengths = np.linalg.norm(moved, axis=-1, keepdims=True)
    result: NDArray[np.float32] = (moved / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return result


def differences(one: str, other: str, most: int = 6) -> list[Difference]:
    """The clauses in which two texts differ, in the order of the first, at most `most`; their common pieces marked."""
    mine, theirs = _clauses(one), _clauses(other)
    matcher = SequenceMatcher(None, [normalise(each) for each in mine], [normalise(each) for each in theirs], False)
    found: list[Difference] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            found += _paired(mine[a:b], theirs[c:d])
    return found[:most]


def _clauses(text: str) -> list[str]:
    return [clause.strip() for clause in _CLAUSES.split(text) if clause.strip()]


def _paired(mine: list[str], theirs: list[str]) -> Iterator[Difference]:
    """Clauses in one another's place; two that have little in common are told apart."""
    for one, other in zip_longest(mine, theirs, fillvalue=""):
        matcher = SequenceMatcher(None, one, other, False)
        blocks = [block for block in matcher.get_matching_blocks() if block.size > 1]
        left = tuple(_pieces(one, [(block.a, block.size) for block in blocks]))
        right = tuple(_pieces(other, [(block.b, block.size) for block in blocks]))
        if left and right and matcher.ratio() < ALIKE:
            yield from (Difference((Piece(one, False),), ()), Difference((), (Piece(other, False),)))
        else:
            yield Difference(left, right)


def _pieces(text: str, common: list[tuple[int, int]]) -> Iterator[Piece]:
    edges = [(0, 0), *((start, start + size) for start, size in common), (len(text), len(text))]
    for (_begin, end), (start, stop) in pairwise(edges):
        if end < start:
            yield Piece(text[end:start], False)
        if start < stop:
            yield Piece(text[start:stop], True)
