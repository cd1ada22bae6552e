"""Sentences into vectors. Loading is slow and heavy: only workers and commands do it."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from matching.engine.background import SENTENCES

Vectors = NDArray[np.float32]
Role = Literal["query", "passage"]
BATCH = 32
TOKENS = 256  # most sections of a posting are shorter; longer ones are read by their beginning and their sentences


class Encoder(Protocol):
    """What turns texts into vectors."""

    dimension: int
    fingerprint: str

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Vectors of shape (len(texts), dimension), float32, L2-normalised, in the order of the texts."""
        ...

    def background(self) -> Vectors:
        """Vectors of `background.SENTENCES`, read like a query."""
        ...


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
        self._background: Vectors | None = None

    def background(self) -> Vectors:
        """Encoded once."""
        if self._background is None:
            self._background = self.encode(SENTENCES, "query")
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
