"""The encoder of this installation, loaded once per process and only where it is needed."""

from functools import cache

from django.conf import settings

from matching.engine.encoder import Encoder, SentenceTransformerEncoder


@cache
def warm_encoder() -> Encoder:
    """The encoder of EMBEDDING_MODEL. The first call takes seconds: workers and commands only."""
    return SentenceTransformerEncoder(settings.EMBEDDING_MODEL)
