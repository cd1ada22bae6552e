"""Verbs of applications."""

from marketplace.applications.actions.consortium import (
    confirm_partnership,
    invite_partner,
    refuse_partnership,
    remove_partner,
)
from marketplace.applications.actions.deciding import accept, decline
from marketplace.applications.actions.drafting import (
    add_coauthor,
    draft,
    drop_attachment,
    edit,
    remove_coauthor,
    submit,
    withdraw,
)

__all__ = [
    "accept",
    "add_coauthor",
    "confirm_partnership",
    "decline",
    "draft",
    "drop_attachment",
    "edit",
    "invite_partner",
    "refuse_partnership",
    "remove_coauthor",
    "remove_partner",
    "submit",
    "withdraw",
]
