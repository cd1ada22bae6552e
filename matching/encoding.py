"""The encoder of this installation, loaded once per process and only where it is needed."""

from pathlib import Path
from threading import Lock

from django.conf import settings

from matching.engine.compiled import CompiledEncoder, convert
from matching.engine.encoder import Encoder, SentenceTransformerEncoder

_lock = Lock()
_loaded: dict[str, Encoder] = {}


def warm_encoder() -> Encoder:
    """The encoder of EMBEDDING_MODEL. The first call takes seconds: workers and commands only."""
    with _lock:  # a worker's threads ask at once; the model is loaded by one of them
        if settings.EMBEDDING_MODEL not in _loaded:
            _loaded[settings.EMBEDDING_MODEL] = _load(settings.EMBEDDING_MODEL)
        return _loaded[settings.EMBEDDING_MODEL]


def compiled_folder(model: str) -> Path:
    """Where the converted form of a model is kept: beside its folder, or below the data folder for a hub name."""
    folder = Path(model)
    if folder.is_dir():
        return folder.with_name(f"{folder.name}-int8")
    return Path(settings.DATA_DIR) / "models" / f"{model.replace('/', '--')}-int8"


def _load(model: str) -> Encoder:
    if settings.EMBEDDING_ENGINE == "torch":
        return SentenceTransformerEncoder(model)
    convert(model, compiled_folder(model))
    return CompiledEncoder(compiled_folder(model))
