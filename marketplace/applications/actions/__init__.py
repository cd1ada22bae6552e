"""Verbs of applications."""

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
    "decline",
    "draft",
    "drop_attachment",
    "edit",
    "remove_coauthor",
    "submit",
    "withdraw",
]
