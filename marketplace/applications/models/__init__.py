"""Applications: a company answers an opportunity."""

from marketplace.applications.models.application import LIVE_STATES, Application, State
from marketplace.applications.models.partner import Partner
from marketplace.applications.models.receipt import Attachment, Receipt

__all__ = ["LIVE_STATES", "Application", "Attachment", "Partner", "Receipt", "State"]
