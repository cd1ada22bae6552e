"""Texts for people, as message ids: the pages translate them, the arithmetic does not."""


def gettext_noop(message: str) -> str:
    """Mark a text for the catalogue; the name is the one that the extraction knows."""
    return message
