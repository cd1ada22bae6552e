"""Texts into vectors. Loading is slow and heavy: only workers and commands do it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from matching.engine.background import SENTENCES

Vectors = NDArray[np.float32]
Role = Literal["query", "passage"]
BATCH = 32
TOKENS = 512  # what the default model can read at once; longer texts are read in pieces (see `reading`)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as the model sees it: the vector of the whole, and of each token in its context.

    `vector` float32 (dimension,), L2-normalised; `states` float32 (n, dimension), as they come; `ids` int32 (n,);
    `spans` int32 (n, 2): where each token begins and ends in the text, in characters.
    """

    vector: Vectors
    states: Vectors
    ids: NDArray[np.int32]
    spans: NDArray[np.int32]


class Encoder(Protocol):
    """What turns texts into vectors."""

    dimension: int
    fingerprint: str

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Vectors of shape (len(texts), dimension), float32, L2-normalised, in the order of the texts."""
        ...

    def read(self, texts: Sequence[str], role: Role) -> list[Tokens]:
        """The same with the tokens of each text; what lies beyond the model's length is left out."""
        ...

    def background(self) -> list[Tokens]:
        """`background.SENTENCES`, read like a query."""
        ...


def background_mean(encoder: Encoder) -> Vectors:
    """The mean vector of the background, float32 (dimension,): what a side without texts is centred by."""
    return np.asarray(np.stack([tokens.vector for tokens in encoder.background()]).mean(axis=0), dtype=np.float32)


class SentenceTransformerEncoder:
    """Any sentence-transformers folder or hub name; prompts and dimension follow from the model."""

    def __init__(self, model: str, *, threads: int | None = None) -> None:
        # Inline: the import takes seconds and hundreds of megabytes, and web processes never need it.
        import torch  # noqa: PLC0415
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415

        if threads:
            torch.set_num_threads(threads)
        self._model = SentenceTransformer(model, device="cpu")
        self._model.max_seq_length = min(TOKENS, self._model.max_seq_length or TOKENS)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.fingerprint = fingerprint_of(model)
        self._background: list[Tokens] | None = None

    def background(self) -> list[Tokens]:
        """Read once."""
        if self._background is None:
            self._background = self.read(SENTENCES, "query")
        return self._background

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Longest texts first in batches, so that little is padded; the order of the result is that of the texts."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        prompt = role if role in (self._model.prompts or {}) else None
        vectors: Vectors = self._model.encode(
            list(texts),
            prompt_name=prompt,
            batch_size=BATCH,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(vectors, dtype=np.float32)

    def read(self, texts: Sequence[str], role: Role) -> list[Tokens]:
        """A batch at a time, longest first."""
        prompt = (self._model.prompts or {}).get(role) or ""
        order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        result: dict[int, Tokens] = {}
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            result.update(zip(places, self._read_batch([texts[place] for place in places], prompt), strict=True))
        return [result[place] for place in range(len(texts))]

    def _read_batch(self, texts: list[str], prompt: str) -> Iterator[Tokens]:
        import torch  # noqa: PLC0415  # loaded already

        read: Any = self._model.tokenizer(
            [prompt + text for text in texts],
            padding=True,
            truncation=True,
            max_length=self._model.max_seq_length,
            return_tensors="pt",
            return_offsets_mapping=True,
        )
        with torch.no_grad():
            out = self._model({name: read[name] for name in ("input_ids", "attention_mask")})
        vectors = torch.nn.functional.normalize(out["sentence_embedding"], dim=-1).numpy()
        for row, vector in enumerate(vectors):
            yield tokens_of(
                vector,
                out["token_embeddings"][row].numpy(),
                read["input_ids"][row].numpy(),
                read["offset_mapping"][row].numpy(),
                len(prompt),
            )


def tokens_of(vector: Any, states: Any, ids: Any, spans: Any, prompt: int) -> Tokens:
    """Without the prompt, the marks of beginning and end, and padding: all of those end before the text begins."""
    own = np.flatnonzero(np.asarray(spans)[:, 1] > prompt)
    return Tokens(
        np.array(vector, dtype=np.float32),
        np.array(states[own], dtype=np.float32),
        np.asarray(ids, dtype=np.int32)[own],
        np.maximum(np.asarray(spans, dtype=np.int32)[own] - prompt, 0),
    )


def fingerprint_of(model: str) -> str:
    """Twelve hexadecimal digits that change with the model: from its files' sizes and the weights' first megabyte."""
    folder = Path(model)
    digest = hashlib.sha256()
    if not folder.is_dir():
        digest.update(model.encode())
        return digest.hexdigest()[:12]
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            digest.update(f"{file.relative_to(folder)}:{file.stat().st_size};".encode())
            with file.open("rb") as content:
                digest.update(content.read(1 << 20))
    return digest.hexdigest()[:12]
