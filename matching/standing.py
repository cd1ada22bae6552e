"""What makes matches now: the fingerprints of the standing model and weights. Nothing heavy is loaded to know them."""

from matching.encoding import standing_model
from matching.ranker import standing_weights


def standing_maker() -> str:
    """“model:weights”, as in `Match.made_by`. The model is left empty where this machine has none."""
    return f"{standing_model()}:{standing_weights().fingerprint}"


def made_alike(made_by: str, maker: str) -> bool:
    """Whether a match was made by these; of a model that is not known here, nothing is claimed."""
    model, _colon, weights = made_by.partition(":")
    wanted_model, _colon, wanted_weights = maker.partition(":")
    return weights == wanted_weights and wanted_model in ("", model)
