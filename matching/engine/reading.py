"""What the engine keeps of a document that the encoder has read: its vector, its phrases, its sentences.

A text longer than the model reads at once is read in pieces; the vector of the whole is the mean of theirs by tokens.
Sentences are not read again: a sentence's vector is the mean of its tokens in the context of its piece. Phrases are
the tokens of the title, and runs of tokens of the rest, few enough to be kept for every document.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.documents import MatchDocument
from matching.engine.encoder import Encoder, Role, Tokens, Vectors
from matching.engine.sentences import Passage, passages

PIECE = 560  # characters that fit into the 512 tokens of the default model, in Chinese with room to spare
PIECES = 16
PHRASES, TITLE = 64, 32  # at most so many phrases, of which at most so many tokens of the title
RUN = 8  # token ids that are kept of a phrase
NOTHING = -1

Integers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Reading:
    """`vector` float32 (dimension,), L2-normalised. `phrases` int8 (p, dimension) with `scales` float32 (p,): token
    states less the model's own mean state; `ids` int32 (p, RUN), `NOTHING` where a phrase is shorter; the first
    `titled` phrases are of the title. `sentences` int8 (s, dimension) with `heights` float32 (s,), in the order of
    `sentences.passages`, zeros for one beyond the last piece. `mean` float32 (dimension,): of all token states.
    """

    vector: Vectors
    phrases: NDArray[np.int8]
    scales: NDArray[np.float32]
    ids: Integers
    titled: int
    sentences: NDArray[np.int8]
    heights: NDArray[np.float32]
    mean: Vectors

    def pack(self) -> bytes:
        """A small file of its own; `unpack` reads it."""
        head = struct.pack("<4I", len(self.vector), len(self.phrases), self.titled, len(self.sentences))
        parts = (self.vector, self.phrases, self.scales, self.ids, self.sentences, self.heights, self.mean)
        return head + b"".join(np.ascontiguousarray(part).tobytes() for part in parts)

    @classmethod
    def unpack(cls, content: bytes) -> "Reading":
        """The reverse of `pack`."""
        dimension, phrases, titled, sentences = struct.unpack_from("<4I", content)
        shapes: list[tuple[type, tuple[int, ...]]] = [
            (np.float32, (dimension,)),
            (np.int8, (phrases, dimension)),
            (np.float32, (phrases,)),
            (np.int32, (phrases, RUN)),
            (np.int8, (sentences, dimension)),
            (np.float32, (sentences,)),
            (np.float32, (dimension,)),
        ]
        parts: list[NDArray[Any]] = []
        start = 16
        for kind, shape in shapes:
            count = int(np.prod(shape))
            parts.append(np.frombuffer(content, dtype=kind, count=count, offset=start).reshape(shape))
            start += parts[-1].nbytes
        return cls(parts[0], parts[1], parts[2], parts[3], titled, parts[4], parts[5], parts[6])


def read_documents(encoder: Encoder, documents: Sequence[MatchDocument]) -> list[Reading]:
    """Read documents of both sides: demands as questions, supplies as passages."""
    offset = state_mean(encoder)
    result: dict[int, Reading] = {}
    for side in ("demand", "supply"):
        role: Role = "query" if side == "demand" else "passage"
        chosen = [place for place, document in enumerate(documents) if document.side == side]
        cuts = [list(_pieces(documents[place])) for place in chosen]
        read = iter(encoder.read(["".join(piece.texts) for cut in cuts for piece in cut], role))
        for place, cut in zip(chosen, cuts, strict=True):
            result[place] = _compose([(piece, next(read)) for piece in cut], documents[place], offset)
    return [result[place] for place in range(len(documents))]


def state_mean(encoder: Encoder) -> Vectors:
    """The mean token state over the background: what all states of the model share, shape (dimension,)."""
    return _as_vector(np.concatenate([tokens.states for tokens in encoder.background()]).mean(axis=0))


@dataclass(frozen=True, slots=True)
class _Piece:
    """Neighbouring sentences that are read together; `first` is the place of the first in the document."""

    first: int
    texts: list[str]


def _pieces(document: MatchDocument) -> Iterator[_Piece]:
    """Pieces of about equal length, at most `PIECES`; one empty piece for a document without text."""
    lines = _lines(passages(document.fields))
    total = sum(map(len, lines))
    share = total / max(1, -(-total // PIECE))
    start, length, count = 0, 0, 0
    for place, line in enumerate(lines):
        if length and length + len(line) / 2 > share and count < PIECES:
            yield _Piece(start, lines[start:place])
            start, length, count = place, 0, count + 1
        length += len(line)
    if count < PIECES:
        yield _Piece(start, lines[start:] or [""])


def _lines(found: Sequence[Passage]) -> list[str]:
    """The sentences, each field on lines of its own."""
    return [
        passage.text + ("\n" if n + 1 < len(found) and found[n + 1].field != passage.field else "")
        for n, passage in enumerate(found)
    ]


def _compose(pieces: Sequence[tuple[_Piece, Tokens]], document: MatchDocument, offset: Vectors) -> Reading:
    counts = np.array([len(tokens.ids) + 1 for _piece, tokens in pieces], dtype=np.float32)
    whole = (np.stack([tokens.vector for _piece, tokens in pieces]) * counts[:, None]).sum(axis=0)
    states = np.concatenate([tokens.states for _piece, tokens in pieces])
    ids = np.concatenate([tokens.ids for _piece, tokens in pieces])
    found = passages(document.fields)
    starts, titled = _starts(len(ids), _titled(pieces, found))
    phrases, scales = _small(_means(states - offset, starts))
    sentences = np.zeros((len(found), len(offset)), dtype=np.float32)
    for piece, tokens in pieces:
        end = np.cumsum([len(text) for text in piece.texts])
        owner = piece.first + np.searchsorted(end, tokens.spans[:, 0], side="right")
        for place in np.unique(owner[owner < len(found)]):
            sentences[place] = (tokens.states[owner == place] - offset).mean(axis=0)
    small, heights = _small(sentences)
    return Reading(
        _as_vector(whole / (float(np.linalg.norm(whole)) or 1)),
        phrases,
        scales,
        _runs(ids, starts),
        titled,
        small,
        heights,
        _as_vector(states.mean(axis=0) if len(states) else offset),
    )


def _titled(pieces: Sequence[tuple[_Piece, Tokens]], found: Sequence[Passage]) -> int:
    """How many tokens the first field has in the first piece."""
    length = sum(len(passage.text) for passage in found if passage.field == found[0].field) if found else 0
    return int((pieces[0][1].spans[:, 0] < length).sum())


def _starts(count: int, title: int) -> tuple[NDArray[np.int64], int]:
    """Where phrases begin, and how many are of the title: its tokens one by one, the rest in equal runs."""
    title = min(title, TITLE)
    width = max(1, -(-(count - title) // (PHRASES - title)))
    return np.concatenate([np.arange(title), np.arange(title, count, width)]), title


def _means(states: Vectors, starts: NDArray[np.int64]) -> Vectors:
    if not len(starts):
        return np.zeros((0, states.shape[1]), dtype=np.float32)
    lengths = np.diff(np.append(starts, len(states)))
    return _as_vector(np.add.reduceat(states, starts, axis=0) / lengths[:, None])


def _runs(ids: Integers, starts: NDArray[np.int64]) -> Integers:
    result = np.full((len(starts), RUN), NOTHING, dtype=np.int32)
    for row, (start, end) in enumerate(zip(starts, np.append(starts, len(ids))[1:], strict=True)):
        own = ids[start : min(end, start + RUN)]
        result[row, : len(own)] = own
    return result


def _small(vectors: Vectors) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Eight bits a value, with a scale for each row."""
    scales = np.abs(vectors).max(axis=1, initial=0) / 127
    scales[scales == 0] = 1
    return np.round(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def _as_vector(values: NDArray[np.floating]) -> Vectors:
    return np.asarray(values, dtype=np.float32)
