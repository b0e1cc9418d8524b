"""The ledger reads the register again: what was changed, added or taken away is found."""

from __future__ import annotations

import pytest

from ccvc.exchange.domain.reconcile import held_of, state_digests
from ccvc.ledger.verification import verify
from ccvc.registry.models import Version
from ccvc.registry.selectors import state_rows
from tests.owner import tamper
from tests.registry.scheme import Component, change

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(component: Component) -> Component:
    first = change(1)
    component.send(first, change(2), change(3))
    component.send(change(1, number=2, after=first))
    return component


def found() -> list[tuple[str, str]]:
    return [(fault.code, fault.what) for fault in verify(all_faults=True).faults]


def test_a_register_nobody_touched_is_whole(kept: Component) -> None:
    report = verify()
    assert report.ok
    assert report.entries["register"] == 2


@pytest.mark.parametrize(
    ("change_made", "what"),
    [
        ("SET document = replace(document, 'Chuyên viên', 'Trưởng phòng')", "document"),
        ("SET statement = replace(statement, 'lần đầu', 'lần hai')", "hash"),
        ("SET statement = 'x'", "statement"),
        ("SET valid_from = valid_from + 1", "valid_from"),
        ("SET known_at = known_at - interval '1 day'", "known_at"),
        ("SET agency_code = 'G12'", "agency"),
        ("SET leaf = leaf + 1", "signature"),
        ("SET hash = '\\x00'", "hash"),
        ("SET number = 7", "number"),
        ("SET record = 9", "root"),
    ],
)
def test_every_changed_column_is_found(kept: Component, change_made: str, what: str) -> None:
    tamper(f"UPDATE registry_version {change_made} WHERE record = 1 AND number = 1")
    assert what in [named for _, named in found()]


def test_a_version_taken_away_is_found(kept: Component) -> None:
    tamper("DELETE FROM registry_version WHERE record = 2")
    assert found() == [("REG-VERSION-MISSING", "root")]


def test_a_signature_that_no_longer_holds_is_found(kept: Component) -> None:
    row = Version.objects.filter(number=2).get()
    tamper("UPDATE signing_signature SET signer_name = 'Người khác' WHERE id = %s", row.signature_id)
    assert ("REG-SIGNATURE", "signature") in found()


def test_state_rows_are_the_newest_versions_hashed_anew(kept: Component) -> None:
    rows = {row.person: row for row in state_rows("H41")}
    newest = Version.objects.get(number=2)
    assert len(rows) == 3
    assert rows[newest.person_id].version == bytes(newest.hash).hex()
    before = state_digests(held_of("H41"))
    tamper("UPDATE registry_version SET document = document || ' ' WHERE number = 2")
    assert state_digests(held_of("H41")) != before
    assert list(state_rows("H4")) == []
