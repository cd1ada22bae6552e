"""Cuts texts into sentences that can stand as evidence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

SHORTEST, LONGEST = 6, 120
MOST = 200

_END = re.compile(r"(?<=[。！？!?；;\n])|(?<=\.)\s+")
_COMMA = re.compile(r"(?<=[，,、：:])")


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a field."""

    field: str
    text: str


def split(text: str) -> list[str]:
    """Sentences of a text; very long ones are cut at commas, very short ones joined to their neighbour."""
    pieces: list[str] = []
    for sentence in _END.split(text):
        pieces += _shorten(sentence.strip()) if sentence.strip() else []
    joined: list[str] = []
    for piece in pieces:
        if joined and (len(piece) < SHORTEST or len(joined[-1]) < SHORTEST):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _shorten(sentence: str) -> list[str]:
    if len(sentence) <= LONGEST:
        return [sentence]
    parts = [""]
    for clause in _COMMA.split(sentence):
        for start in range(0, len(clause), LONGEST):  # a clause without any comma is cut by force
            piece = clause[start : start + LONGEST]
            if parts[-1] and len(parts[-1]) + len(piece) > LONGEST:
                parts.append("")
            parts[-1] += piece
    return [part for part in parts if part]


def passages(fields: Mapping[str, str]) -> list[Passage]:
    """The sentences of all fields, in their order, at most `MOST`."""
    return [Passage(name, sentence) for name, text in fields.items() for sentence in split(text)][:MOST]
