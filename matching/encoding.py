"""The encoder of this installation, loaded once per process and only where it is needed."""

from threading import Lock

from django.conf import settings

from matching.engine.encoder import Encoder, SentenceTransformerEncoder

_lock = Lock()
_loaded: dict[str, Encoder] = {}


def warm_encoder() -> Encoder:
    """The encoder of EMBEDDING_MODEL. The first call takes seconds: workers and commands only."""
    with _lock:  # a worker's threads ask at once; the model is loaded by one of them
        if settings.EMBEDDING_MODEL not in _loaded:
            _loaded[settings.EMBEDDING_MODEL] = SentenceTransformerEncoder(settings.EMBEDDING_MODEL)
        return _loaded[settings.EMBEDDING_MODEL]
