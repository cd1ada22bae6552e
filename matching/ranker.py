"""The weights by which this installation ranks."""

from functools import lru_cache

from matching.engine.weights import STANDING, Weights, load_weights


@lru_cache(maxsize=1)
def standing_weights() -> Weights:
    """The ones that come with the engine."""
    return load_weights(STANDING)
