"""Words without a dictionary: characters and pairs of characters of Chinese; Latin letters and digits stay whole."""

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

NAMES = 1_000_000_000  # numbers that a term may have: as many as a sparse vector of pgvector has places

# “yolov8”, “5g”, “c++”, “bge-m3”, “3.5”: letters and digits with the marks that join them.
_WHOLE = r"[a-z0-9]+(?:[.\-_/&][a-z0-9]+)*\+{0,2}"
_HAN = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
_PIECES = re.compile(f"({_WHOLE})|({_HAN})")


def normalise(text: str) -> str:
    """Full width becomes half width (NFKC), capitals become small."""
    return unicodedata.normalize("NFKC", text).casefold()


class Lexicon:
    """Ways of saying the same, by key: “治未病” and “体检中心” may both say “health”.

    A text that uses one of them holds the term “§key” besides its own, so that sides with different words for a field
    still share one.
    """

    def __init__(self, groups: Mapping[str, Iterable[str]] | None = None) -> None:
        self._keys: dict[str, set[str]] = {}
        for key, phrases in (groups or {}).items():
            for phrase in phrases:
                self._keys.setdefault(normalise(phrase), set()).add(key)
        longest_first = sorted(filter(None, self._keys), key=lambda phrase: (-len(phrase), phrase))
        self._pattern = re.compile("|".join(map(_whole, longest_first))) if longest_first else None

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that change with any phrase or key."""
        content = json.dumps({phrase: sorted(keys) for phrase, keys in self._keys.items()}, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    def keys_in(self, text: str) -> Counter[str]:
        """How often a text names each key; `text` is normalised already."""
        found: Counter[str] = Counter()
        if self._pattern is not None:
            for phrase in self._pattern.findall(text):
                found.update(self._keys[phrase])
        return found


def _whole(phrase: str) -> str:
    """A Latin phrase counts only where it stands alone: “EV” is not in “REVIEW”."""
    escaped = re.escape(phrase)
    return rf"(?<![a-z0-9]){escaped}(?![a-z0-9])" if phrase.isascii() else escaped


NO_LEXICON = Lexicon()


def terms_of(text: str, lexicon: Lexicon = NO_LEXICON) -> Counter[str]:
    """How often each term occurs: Chinese characters and neighbouring pairs, whole Latin and digit terms, “§key”s."""
    found: Counter[str] = Counter()
    plain = normalise(text)
    for whole, han in _PIECES.findall(plain):
        if whole:
            found[whole] += 1
        else:
            found.update(han)
            found.update(map("".join, pairwise(han)))
    found.update({f"§{key}": often for key, often in lexicon.keys_in(plain).items()})
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """The terms of a text by number, ascending, int32 (t,), and how often each occurs, float32 (t,)."""

    terms: NDArray[np.int32]
    often: NDArray[np.float32]


def counted(text: str, lexicon: Lexicon = NO_LEXICON) -> Counted:
    """The terms of a text by number. Two terms share a number once in a billion pairs; they are then counted as one."""
    found: Counter[int] = Counter()
    for term, often in terms_of(text, lexicon).items():
        found[number_of(term)] += often
    terms = np.array(sorted(found), dtype=np.int32)
    return Counted(terms, np.array([found[term] for term in terms.tolist()], dtype=np.float32))


@lru_cache(maxsize=1 << 18)
def number_of(term: str) -> int:
    """The number of a term, in [0, NAMES): the same in every process and for ever."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest()) % NAMES
