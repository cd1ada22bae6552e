"""Pages of applications."""

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
    "applicants",
    "apply",
    "attachment",
    "autosave",
    "decline",
    "detail",
    "drop_attachment",
    "edit",
    "mine",
    "receipt",
    "receipt_content",
    "remove_coauthor",
    "submit",
    "withdraw",
]
