"""A refusal that a page shows beside a form is recorded like one that is a page of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse

import ccvc
from ccvc.access.models import AccessLog
from tests.people import FOREIGN_UNIT, Agency
from tests.web.visiting import signed_in

ROOT = Path(ccvc.__file__).parent
ELSEWHERE = {
    "accounts/views.py:sign_in": "nobody is signed in yet; failed sign-ins are counted there",
    "documents/views/checking.py:check": "open to everybody; only asking too often is refused",
    "exchange/views/endpoint.py:answered": "answers nodes, whose refusals the exchange keeps",
    "changes/signing.py:_prepared": "changes set apart from those to be signed; all else is raised again",
}
PROCEDURE = {
    "title": "Quy chế",
    "unit": FOREIGN_UNIT,
    "decision_number": "1/QĐ",
    "decision_date": "01/07/2026",
    "valid_from": "01/07/2026",
    "check_roles": "officer",
    "approve_roles": "approver",
    **dict.fromkeys(
        ("check_within", "verify_within", "approve_within", "confirm_waits", "escalate_after"), "1"
    ),
}


def handlers() -> Iterator[tuple[str, ast.ExceptHandler]]:
    """What pages do with a problem they caught and named, with the function it is in."""
    texts = ((file, file.read_text(encoding="utf-8")) for file in sorted(ROOT.rglob("*.py")))
    for file, text in texts:
        for function in ast.walk(ast.parse(text if "except Problem as" in text else "")):
            if isinstance(function, ast.FunctionDef) and "request" in {one.arg for one in function.args.args}:
                named = (
                    node for node in ast.walk(function) if isinstance(node, ast.ExceptHandler) and node.name
                )
                for node in named:
                    if isinstance(node.type, ast.Name) and node.type.id == "Problem":
                        yield f"{file.relative_to(ROOT)}:{function.name}", node


def test_every_page_that_shows_a_problem_itself_records_what_was_denied() -> None:
    found = list(handlers())
    assert len(found) > 10
    lacking = [
        place
        for place, node in found
        if place not in ELSEWHERE
        and not isinstance(node.body[-1], ast.Raise)
        and "beside(" not in "".join(map(ast.unparse, node.body))
    ]
    assert lacking == []


@pytest.mark.django_db
def test_a_procedure_of_a_unit_out_of_reach_is_refused_beside_the_form_and_recorded(agency: Agency) -> None:
    answer = signed_in(agency, "administrator").post(reverse("changes:new_procedure"), PROCEDURE)
    assert answer.status_code == 422
    assert b"ACC-DENIED" in answer.content
    denied = AccessLog.objects.get(act="denied")
    assert denied.actor_id == agency.users["administrator"].pk
    assert denied.detail.startswith("ACC-DENIED POST")
