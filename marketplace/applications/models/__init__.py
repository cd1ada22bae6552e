"""Applications: a company answers an opportunity."""

from marketplace.applications.models.application import (
    LIVE_STATES,
    UNDECIDED_STATES,
    WINNING_STATES,
    Application,
    State,
)
from marketplace.applications.models.objection import Objection
from marketplace.applications.models.partner import Partner
from marketplace.applications.models.receipt import Attachment, Receipt

__all__ = [
    "LIVE_STATES",
    "UNDECIDED_STATES",
    "WINNING_STATES",
    "Application",
    "Attachment",
    "Objection",
    "Partner",
    "Receipt",
    "State",
]
