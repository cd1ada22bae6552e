"""What makes matches now: the fingerprints of the standing model and weights. Nothing heavy is loaded to know them."""

from matching.encoding import standing_model
from matching.ranker import standing_weights


def standing_maker() -> str:
    """“model:weights”, as in `Match.made_by`. The model is left empty where this machine has none."""
    return f"{standing_model()}:{standing_weights().fingerprint}"
