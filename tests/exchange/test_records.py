"""Records: what an approver signed is what is taken, byte for byte."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import msgspec
import orjson
import pytest

from ccvc.exchange.domain import records
from ccvc.exchange.domain.approvals import open_approval
from ccvc.exchange.domain.records import Approval, ApprovalLine, ChangeLine
from ccvc.signing import approvals, jws, merkle
from ccvc.standard.problems import Problem
from tests.exchange import scheme
from tests.exchange.scheme import (
    COMPONENT,
    NOW,
    OTHER,
    approval,
    canonical,
    change_lines,
    document,
    holder,
    node,
    statement,
    trust,
)
from tests.problems import code_of

DEEP = b"[" * 50_000 + b"]" * 50_000


def opened(line: bytes, **changed) -> Approval:
    decoded = records.decode_line(line)
    assert isinstance(decoded, ApprovalLine)
    return open_approval(decoded, **{"trust": trust(), "at": NOW, "sender": COMPONENT, **changed})


def change(line: bytes) -> ChangeLine:
    decoded = records.decode_line(line)
    assert isinstance(decoded, ChangeLine)
    return decoded


def test_lines_are_canonical_and_hold_the_signed_bytes():
    lines = change_lines(range(3))
    assert all(records.is_canonical(line) for line in lines)
    first = change(lines[1])
    assert bytes(first.statement) == statement(0)
    assert bytes(first.document) == canonical(document(0))


def test_a_change_is_proved_by_its_approval():
    lines = change_lines(range(3))
    held = {0: opened(lines[0])}
    proved = records.check_change(change(lines[2]), held, sender=COMPONENT)
    assert proved.person == str(scheme.person(1))
    assert held[0].approver == f"Người duyệt {COMPONENT}"
    assert held[0].account == f"approver.{COMPONENT}"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"approval": 1}, "EXC-CHANGE-APPROVAL"),
        ({"leaf": 1}, "EXC-CHANGE-LEAF"),
        ({"leaf": 99}, "EXC-CHANGE-LEAF"),
        ({"document": {"standard": "2026-07"}}, "EXC-CHANGE-DOCUMENT"),
    ],
)
def test_a_change_that_is_not_the_signed_one_is_refused(changed, code):
    lines = change_lines(range(3))
    altered = change(canonical(orjson.loads(lines[1]) | changed))
    assert code_of(lambda: records.check_change(altered, {0: opened(lines[0])}, sender=COMPONENT)) == code


def test_one_letter_of_a_statement_cannot_be_changed():
    lines = change_lines(range(3))
    altered = change(lines[1].replace("lần đầu".encode(), "lần đẩu".encode()))
    assert altered != change(lines[1])
    assert (
        code_of(lambda: records.check_change(altered, {0: opened(lines[0])}, sender=COMPONENT))
        == "EXC-CHANGE-LEAF"
    )


def test_white_space_inside_a_statement_is_a_change_too():
    lines = change_lines(range(1))
    altered = change(lines[1].replace(b'"number":1', b'"number": 1'))
    assert (
        code_of(lambda: records.check_change(altered, {0: opened(lines[0])}, sender=COMPONENT))
        == "EXC-CHANGE-LEAF"
    )


def signed_change(raw: bytes) -> tuple[dict[int, Approval], ChangeLine]:
    made, leaves = approval([raw])
    held = {0: opened(records.approval_line(0, made, leaves))}
    return held, change(
        records.change_line(approval=0, leaf=0, statement=raw, document=canonical(document(1)))
    )


def test_a_statement_of_another_shape_is_refused_even_if_signed():
    held, line = signed_change(canonical(orjson.loads(statement(1)) | {"secret": 1}))
    assert code_of(lambda: records.check_change(line, held, sender=COMPONENT)) == "EXC-CHANGE-STATEMENT"


def test_a_change_of_another_agency_is_refused_and_one_of_a_unit_below_is_not():
    held, line = signed_change(statement(1, agency=OTHER))
    assert code_of(lambda: records.check_change(line, held, sender=COMPONENT)) == "EXC-CHANGE-AGENCY"
    held, line = signed_change(statement(1, agency=f"{COMPONENT}.12"))
    assert records.check_change(line, held, sender=COMPONENT).agency == f"{COMPONENT}.12"
    held, line = signed_change(statement(1, agency=f"{COMPONENT}2"))
    assert code_of(lambda: records.check_change(line, held, sender=COMPONENT)) == "EXC-CHANGE-AGENCY"


def test_an_approval_of_another_agency_is_refused():
    made, leaves = approval([statement(1)], agency=OTHER)
    assert code_of(lambda: opened(records.approval_line(0, made, leaves))) == "EXC-APPROVAL-AGENCY"


def test_an_approval_by_a_node_instead_of_a_person_is_refused():
    line = change_lines(range(2), by=node(COMPONENT, "sign"))[0]
    assert code_of(lambda: opened(line)) == "EXC-APPROVAL-SIGNATURE"


def test_an_approval_under_a_certificate_that_had_ended_is_refused():
    old = holder(COMPONENT, "approve", days=10, start=timedelta(days=-20))
    line = change_lines(range(2), by=old)[0]
    assert code_of(lambda: opened(line)) == "EXC-APPROVAL-SIGNATURE"


def test_an_approval_stays_good_after_its_certificate_ends():
    line = change_lines(range(2))[0]
    assert opened(line, at=NOW + timedelta(days=10)).leaves


def test_an_approval_from_the_future_is_refused():
    assert (
        code_of(lambda: opened(change_lines(range(2))[0], at=NOW - timedelta(days=1)))
        == "EXC-APPROVAL-FORMAT"
    )


def test_leaves_missing_or_in_another_order_do_not_fit_the_approval():
    made, leaves = approval([statement(1), statement(2)])
    for wrong in (leaves[:32], leaves[32:] + leaves[:32], leaves + leaves[:32], b""):
        assert (
            code_of(lambda wrong=wrong: opened(records.approval_line(0, made, wrong)))
            == "EXC-APPROVAL-LEAVES"
        )
    assert code_of(lambda: opened(records.approval_line(0, made, leaves[:33]))) == "EXC-APPROVAL-FORMAT"


def test_an_approval_of_another_shape_is_refused():
    by = node(COMPONENT, "approve")
    made = jws.sign(b'{"format":"ccvc-approval/9"}', by.key, by.chain, at=NOW)
    assert code_of(lambda: opened(records.approval_line(0, made, b""))) == "EXC-APPROVAL-FORMAT"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b'{"type":"gossip"}',
        b'{"type":"change"}',
        b'{"approval":-1,"document":{},"leaf":0,"statement":{},"type":"change"}',
        b"\xff",
        b'{"index":0,"jws":{"\xff":1},"leaves":"","type":"approval"}',
        b'{"index":0,"jws":{"payload":' + DEEP + b'},"leaves":"","type":"approval"}',
        b'{"approval":0,"document":' + DEEP + b',"leaf":0,"statement":{},"type":"change"}',
        DEEP,
        b'{"x":' + DEEP + b',"type":"change"}',
    ],
)
def test_a_line_of_another_shape_is_refused(raw: bytes):
    assert code_of(lambda: records.decode_line(raw)) == "EXC-LINE"


def test_a_receipt_has_one_summary_first():
    summary = records.SummaryLine(uuid4(), "ab" * 32, 2, 1, 0)
    problem = Problem("EXC-CHANGE-LEAF", where="leaf", leaf=3)
    verdict = records.VerdictLine.of(problem, record=4, person=uuid4(), number=2)
    lines = [records.line_bytes(summary), records.line_bytes(verdict)]
    assert records.decode_receipt(lines) == (summary, [verdict])
    assert (verdict.message, verdict.next, verdict.path) == (problem.message(), problem.next_step(), "leaf")
    for wrong in ([], lines[1:], lines[::-1], [lines[0], lines[0]], [b"{}"], [b'{"x":' + DEEP + b"}"]):
        assert code_of(lambda wrong=wrong: records.decode_receipt(wrong)) == "EXC-RECEIPT"


def test_leaf_hashes_of_an_approval_are_those_of_the_statements():
    made, leaves = approval([statement(n) for n in range(5)])
    stated = msgspec.json.decode(jws.payload_of(made), type=approvals.Statement)
    assert stated.merkle_root == merkle.root([merkle.leaf_hash(statement(n)) for n in range(5)]).hex()
    assert leaves[64:96] == merkle.leaf_hash(statement(2))
