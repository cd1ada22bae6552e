"""Words without a dictionary: characters and pairs of characters of Chinese; Latin letters and digits stay whole."""

import re
import unicodedata
from collections import Counter
from itertools import pairwise

# “yolov8”, “5g”, “c++”, “bge-m3”, “3.5”: letters and digits with the marks that join them.
_WHOLE = r"[a-z0-9]+(?:[.\-_/&][a-z0-9]+)*\+{0,2}"
_HAN = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
_PIECES = re.compile(f"({_WHOLE})|({_HAN})")


def normalise(text: str) -> str:
    """Full width becomes half width (NFKC), capitals become small."""
    return unicodedata.normalize("NFKC", text).casefold()


def terms_of(text: str) -> Counter[str]:
    """How often each term occurs: Chinese characters and neighbouring pairs, whole Latin and digit terms."""
    found: Counter[str] = Counter()
    for whole, han in _PIECES.findall(normalise(text)):
        if whole:
            found[whole] += 1
        else:
            found.update(han)
            found.update(map("".join, pairwise(han)))
    return found
