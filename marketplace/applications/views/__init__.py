"""Pages of applications."""

from marketplace.applications.views.choosing import choose, give_up
from marketplace.applications.views.consortium import answer_partner, invite_partner, remove_partner
from marketplace.applications.views.deciding import applicants, decline
from marketplace.applications.views.notices import answer_objection, notice, notices
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
    "answer_objection",
    "answer_partner",
    "applicants",
    "apply",
    "attachment",
    "autosave",
    "choose",
    "decline",
    "detail",
    "drop_attachment",
    "edit",
    "give_up",
    "invite_partner",
    "mine",
    "notice",
    "notices",
    "receipt",
    "receipt_content",
    "remove_coauthor",
    "remove_partner",
    "submit",
    "withdraw",
]
