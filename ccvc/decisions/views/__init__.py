"""Pages of the decisions room."""

from __future__ import annotations

from ccvc.decisions.views.answering import let_pass, testify
from ccvc.decisions.views.desk import act, amend, detail, list_, mine
from ccvc.decisions.views.drafting import edit, new, people
from ccvc.decisions.views.papers import begin, complete, paper
from ccvc.decisions.views.reorganising import reorganised
from ccvc.decisions.views.signing import sign

__all__ = [
    "act",
    "amend",
    "begin",
    "complete",
    "detail",
    "edit",
    "let_pass",
    "list_",
    "mine",
    "new",
    "paper",
    "people",
    "reorganised",
    "sign",
    "testify",
]
