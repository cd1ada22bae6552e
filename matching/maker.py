"""What made a match, as `Match.made_by` says it: “model:weights”."""


def made_alike(made_by: str, maker: str) -> bool:
    """Whether a match was made by these; of a model that is not known here, nothing is claimed."""
    model, _colon, weights = made_by.partition(":")
    wanted_model, _colon, wanted_weights = maker.partition(":")
    return weights == wanted_weights and wanted_model in ("", model)
