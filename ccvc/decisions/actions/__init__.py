"""Business acts on decisions: draft, fill, submit, return, sign; let a condition pass, answer for one."""

from __future__ import annotations

from ccvc.decisions.actions.amending import amend, draft_again
from ccvc.decisions.actions.answering import SHORTEST, Authority, let_pass, testify
from ccvc.decisions.actions.drafting import (
    Terms,
    add_newcomers,
    add_people,
    discard,
    draft,
    fill,
    remove_people,
)
from ccvc.decisions.actions.reorganising import draft_reorganised
from ccvc.decisions.actions.settling import signed
from ccvc.decisions.actions.submitting import send_back, submit, take_back

__all__ = [
    "SHORTEST",
    "Authority",
    "Terms",
    "add_newcomers",
    "add_people",
    "amend",
    "discard",
    "draft",
    "draft_again",
    "draft_reorganised",
    "fill",
    "let_pass",
    "remove_people",
    "send_back",
    "signed",
    "submit",
    "take_back",
    "testify",
]
