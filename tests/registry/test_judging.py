"""Opening and judging without a database: whatever stands in a line, it is judged alone and never raises."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from ccvc import standard
from ccvc.dossiers.domain import COLUMN_PATHS, columns, typed
from ccvc.exchange.domain.approvals import open_approval
from ccvc.exchange.domain.records import Approval, ApprovalLine
from ccvc.registry.checking import Checker
from ccvc.registry.domain import Outcome, Register, judge
from ccvc.registry.models import Person
from ccvc.registry.opening import Opened, open_lines
from tests.exchange import scheme
from tests.exchange.scheme import canonical
from tests.registry import people
from tests.registry.scheme import Change, change, change_lines

DAY = date(2026, 11, 21)


def approve(line: ApprovalLine) -> Approval:
    return open_approval(line, trust=scheme.trust(), at=scheme.NOW, sender="H41")


def opened(lines: list[bytes]) -> Opened:
    return open_lines(lines, sender="H41", approve=approve)


def judged(lines: list[bytes], register: Register | None = None) -> tuple[Opened, list[Outcome]]:
    register, found, outcomes = register or Register("H41"), opened(lines), []
    for record in found.records:
        outcome = judge(record, register, Checker(DAY))
        register.learn(outcome)
        outcomes.append(outcome)
    return found, outcomes


def chain(*documents: dict[str, Any]) -> list[Change]:
    made: list[Change] = []
    for number, document in enumerate(documents, start=1):
        made.append(change(1, number=number, after=made[-1] if made else None, document=document))
    return made


LINES = change_lines([change(1), change(2)])


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2), st.integers(0, 10**6), st.integers(1, 255))
def test_a_changed_byte_is_never_accepted_and_never_raises(which: int, place: int, mask: int) -> None:
    lines = [bytearray(line) for line in LINES]
    lines[which][place % len(lines[which])] ^= mask
    found, outcomes = judged([bytes(line) for line in lines])
    sent = {(c.statement, c.document) for c in (change(1), change(2))}
    accepted = {(o.record.statement_bytes, o.record.document_bytes) for o in outcomes if o.accepted}
    assert accepted <= sent
    told = len(found.unproved) + len(outcomes)
    assert told >= (2 if which else 0)


@settings(max_examples=100, deadline=None)
@given(st.permutations(range(4)), st.lists(st.integers(0, 3), max_size=4))
def test_in_whatever_order_versions_come_the_last_number_only_grows(
    order: list[int], again: list[int]
) -> None:
    bad = people.document(1, identity={"sex": "9"})
    made = chain(
        people.document(1), bad, people.document(1), people.document(1, employment={"salary_step": 9})
    )
    register = Register("H41")
    for index in (*order, *again, *range(4), *range(4)):
        before = register.people.get(str(made[0].person))
        judged(change_lines([made[index]]), register)
        after = register.people.get(str(made[0].person))
        assert (after.number if after else 0) >= (before.number if before else 0)
    held = register.people[str(made[0].person)]
    assert (held.number, held.hash) == (4, made[3].hash)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["identity", "employment", "education", "family", "career", "x"]), JSON, st.integers(0, 1)
)
def test_any_document_is_judged_in_words(group: str, value: Any, inside: int) -> None:
    document = people.document(1)
    if inside and isinstance(value, dict):
        document[group] = {**document.get(group, {}), **value}
    else:
        document[group] = value
    _, outcomes = judged(change_lines([change(1, document=document)]))
    for outcome in outcomes:
        words = outcome.problem.message() + outcome.problem.where if outcome.problem else ""
        assert words.isprintable()


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["payload", "signatures", "x"]), JSON, st.integers(0, 2))
def test_any_approval_is_judged_in_words(member: str, value: Any, depth: int) -> None:
    approval = msgspec.json.decode(LINES[0])
    holder = approval["jws"] if depth == 0 else approval["jws"]["signatures"][0]
    holder[("protected" if member == "payload" else "signature") if depth else member] = value
    found, outcomes = judged([canonical(approval), *LINES[1:]])
    assert len(found.unproved) + len(outcomes) == 2
    assert all(verdict.message for verdict in found.unproved)


def test_the_columns_are_read_as_the_dossiers_room_reads_them() -> None:
    for document in (
        people.document(1),
        people.document(2, affiliation={"party_joined_on": {"state": "withheld"}}),
    ):
        content = Checker(DAY)(canonical(document), "2026-07")
        assert typed(content.values) == columns(document)


def test_every_code_and_text_of_a_column_fits_into_it() -> None:
    national = standard.current().national.fields
    for column, path in COLUMN_PATHS.items():
        field, room = national[path], Person._meta.get_field(column).max_length
        if room is None:
            continue
        if field.code_list:
            longest = max(len(row.code) for row in standard.current().codes[field.code_list])
        else:
            longest = field.max_length or {"partial_date": 10, "date": 10, "personal_id": 12}[field.type]
        assert longest <= room, column


def test_a_receiver_judges_by_the_agency_that_sends() -> None:
    found = open_lines(LINES, sender="G12", approve=approve)
    assert not found.records
    assert {verdict.code for verdict in found.unproved} == {"EXC-CHANGE-AGENCY"}
