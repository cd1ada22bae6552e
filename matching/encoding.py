"""The encoder of this installation, loaded once per process and only where it is needed."""

import json
from functools import lru_cache
from pathlib import Path
from threading import Lock

from django.conf import settings

from matching.engine.compiled import CompiledEncoder, convert
from matching.engine.encoder import Encoder, SentenceTransformerEncoder, fingerprint_of

_lock = Lock()
_loaded: dict[str, Encoder] = {}


def warm_encoder() -> Encoder:
    """The encoder of EMBEDDING_MODEL. The first call takes seconds: workers and commands only."""
    with _lock:  # a worker's threads ask at once; the model is loaded by one of them
        if settings.EMBEDDING_MODEL not in _loaded:
            _loaded[settings.EMBEDDING_MODEL] = load_encoder(settings.EMBEDDING_MODEL)
        return _loaded[settings.EMBEDDING_MODEL]


def compiled_folder(model: str) -> Path:
    """Where the converted form of a model is kept: beside its folder, or below the data folder for a hub name."""
    folder = Path(model)
    if folder.is_dir():
        return folder.with_name(f"{folder.name}-int8")
    return Path(settings.DATA_DIR) / "models" / f"{model.replace('/', '--')}-int8"


def standing_model() -> str:
    """Fingerprint of the model that workers read with, without loading it; empty where this machine has no model."""
    if settings.EMBEDDING_ENGINE == "torch":
        return _fingerprint_of(settings.EMBEDDING_MODEL)
    about = compiled_folder(settings.EMBEDDING_MODEL) / "about.json"
    try:
        return _fingerprint_in(about, about.stat().st_mtime_ns)
    except OSError:
        return ""


@lru_cache(maxsize=1)
def _fingerprint_of(model: str) -> str:
    return fingerprint_of(model)


@lru_cache(maxsize=1)
def _fingerprint_in(about: Path, _changed_at: int) -> str:
    return str(json.loads(about.read_text(encoding="utf-8"))["fingerprint"])


def load_encoder(model: str) -> Encoder:
    """Any model as this installation would run it; one that is not compiled yet is compiled first."""
    if settings.EMBEDDING_ENGINE == "torch":
        return SentenceTransformerEncoder(model)
    convert(model, compiled_folder(model))
    return CompiledEncoder(compiled_folder(model))
