"""Verbs of applications."""

from marketplace.applications.actions.consortium import (
    confirm_partnership,
    invite_partner,
    refuse_partnership,
    remove_partner,
)
from marketplace.applications.actions.deciding import accept, decline, fail, finish_notices, give_up
from marketplace.applications.actions.drafting import (
    add_coauthor,
    draft,
    drop_attachment,
    edit,
    remove_coauthor,
    submit,
    withdraw,
)
from marketplace.applications.actions.objecting import answer_objection, object_to

__all__ = [
    "accept",
    "add_coauthor",
    "answer_objection",
    "confirm_partnership",
    "decline",
    "draft",
    "drop_attachment",
    "edit",
    "fail",
    "finish_notices",
    "give_up",
    "invite_partner",
    "object_to",
    "refuse_partnership",
    "remove_coauthor",
    "remove_partner",
    "submit",
    "withdraw",
]
