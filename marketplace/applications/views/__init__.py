"""Pages of applications."""

from marketplace.applications.views.consortium import answer_partner, invite_partner, remove_partner
from marketplace.applications.views.deciding import applicants, decline
from marketplace.applications.views.reading import attachment, detail, mine, receipt, receipt_content
from marketplace.applications.views.writing import (
    add_coauthor,
    apply,
    autosave,
    drop_attachment,
    edit,
    remove_coauthor,
    submit,
    withdraw,
)

__all__ = [
    "add_coauthor",
    "answer_partner",
    "applicants",
    "apply",
    "attachment",
    "autosave",
    "decline",
    "detail",
    "drop_attachment",
    "edit",
    "invite_partner",
    "mine",
    "receipt",
    "receipt_content",
    "remove_coauthor",
    "remove_partner",
    "submit",
    "withdraw",
]
