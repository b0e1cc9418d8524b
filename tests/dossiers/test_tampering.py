"""Whoever owns the database changes it behind the program's back: each way is found and named by person and version."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from ccvc.dossiers.models import Version
from ccvc.ledger import actions as ledger
from ccvc.ledger import peers
from ccvc.ledger import selectors as log
from ccvc.ledger.domain import Fault
from ccvc.ledger.models import SignedHead
from ccvc.ledger.verification import verify
from ccvc.signing import certificates, revocation, store
from ccvc.signing.selectors import get_key
from tests.inspection.conftest import give_node_keys
from tests.ledger.logs import OtherLog
from tests.ledger.test_verify import rebuild
from tests.owner import tamper
from tests.people import AGENCY, SYSTEM, Agency, approve, dossier, kept, pass_steps, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(agency: Agency, tmp_path: Path) -> list[Version]:
    """Three people approved at once, and a second version of the first: in the order of the feed."""
    give_node_keys(agency, tmp_path)
    changes = [propose(agency, dossier(number, full_name=f"Người {number}")) for number in (1, 2, 3)]
    pass_steps(agency, [change.pk for change in changes])
    first = approve(agency, [change.pk for change in changes])[0]
    document = json.loads(first.document)
    document["identity"]["sex"] = "0"
    kept(agency, document, key=first.dossier.key)
    assert verify().ok
    return list(Version.objects.order_by("position").select_related("dossier"))


Way = Callable[[list[Version]], None]
WAYS: list[Way] = []


def way(tried: Way) -> Way:
    """One way of changing the database: all are tried on the same people, each undone before the next."""
    WAYS.append(tried)
    return tried


def test_every_way_is_found_and_named(people: list[Version]) -> None:
    assert WAYS
    for tried in WAYS:
        before = transaction.savepoint()
        for row in people:
            row.refresh_from_db()
        tried(people)
        transaction.savepoint_rollback(before)
    assert verify().ok, "each was undone"


def name(version: Version) -> str:
    return f"{version.dossier.key}/{version.number}"


def found() -> list[Fault]:
    report = verify(all_faults=True)
    assert not report.ok
    return report.faults


CHANGED: dict[str, tuple[str, str]] = {
    "document": ("UPDATE dossiers_version SET document = replace(document, '1985', '1986') WHERE id = %s", "document"),
    "statement": ("UPDATE dossiers_version SET statement = replace(statement, 'số 12', 'số 13') WHERE id = %s", "hash"),
    "broken": ("UPDATE dossiers_version SET statement = 'x' WHERE id = %s", "statement"),
    "hash": ("UPDATE dossiers_version SET hash = sha256('x') WHERE id = %s", "hash"),
    "previous": ("UPDATE dossiers_version SET previous = sha256('x') WHERE id = %s", "chain"),
    "number": ("UPDATE dossiers_version SET number = 77 WHERE id = %s", "number"),
    "valid_from": ("UPDATE dossiers_version SET valid_from = '2001-02-03' WHERE id = %s", "valid_from"),
    "leaf": ("UPDATE dossiers_version SET leaf = 9 WHERE id = %s", "signature"),
    "person": (
        "UPDATE dossiers_version SET dossier_id = (SELECT max(id) FROM dossiers_dossier), number = 9 WHERE id = %s",
        "number",
    ),
}  # fmt: skip


def test_a_changed_column_is_named_with_its_part(people: list[Version]) -> None:
    target = people[1]
    for changed, (text, what) in CHANGED.items():
        before = transaction.savepoint()
        tamper(text, target.pk)
        faults = found()
        assert [(fault.code, fault.what) for fault in faults] == [("DOS-VERSION-CHANGED", what)], changed
        target.refresh_from_db()
        assert faults[0].subject == name(target)
        transaction.savepoint_rollback(before)


@way
def a_statement_rewritten_with_all_its_hashes_falls_with_the_signature(people: list[Version]) -> None:
    """The forger mends hash, leaves and the entry's root as well: the approver's signature is beyond them."""
    target = people[3]
    tamper(
        "UPDATE dossiers_version SET statement = replace(statement, 'số 12', 'số 13') WHERE id = %s",
        target.pk,
    )
    tamper(
        "UPDATE dossiers_version SET hash = sha256('\\x00'::bytea || statement::bytea) WHERE id = %s",
        target.pk,
    )
    tamper(
        "UPDATE signing_signature SET leaves = (SELECT hash FROM dossiers_version WHERE id = %s) WHERE id = %s",
        target.pk,
        target.signature_id,
    )
    fault = next(fault for fault in found() if fault.code == "DOS-SIGNATURE")
    assert name(target) in fault.message


@way
def a_version_removed_is_named_by_what_follows_it(people: list[Version]) -> None:
    tamper("DELETE FROM dossiers_version WHERE id = %s", people[0].pk)
    (fault,) = found()
    assert fault.code == "DOS-VERSION-MISSING"
    assert name(people[0]) in fault.message


@way
def the_last_version_of_a_person_removed_is_named_by_the_dossier(people: list[Version]) -> None:
    tamper("DELETE FROM dossiers_version WHERE id = %s", people[2].pk)
    (fault,) = found()
    assert name(people[2]) in fault.message


@way
def two_versions_in_another_order_are_named(people: list[Version]) -> None:
    one, other = people[0], people[2]
    for position, row in ((-1, one), (one.position, other), (other.position, one)):
        tamper("UPDATE dossiers_version SET position = %s WHERE id = %s", position, row.pk)
    (fault,) = found()
    assert fault.code == "DOS-VERSION-ORDER"
    assert name(one) in fault.message
    assert name(other) in fault.message


@way
def two_documents_swapped_are_both_named(people: list[Version]) -> None:
    one, other = people[0], people[1]
    for row, document in ((one, other.document), (other, one.document)):
        tamper("UPDATE dossiers_version SET document = %s WHERE id = %s", document, row.pk)
    assert [(fault.subject, fault.what) for fault in found()] == [
        (name(one), "document"),
        (name(other), "document"),
    ]


@way
def two_people_swapped_are_both_named(people: list[Version]) -> None:
    one, other = people[1], people[2]
    for person, row in ((None, one), (one.dossier_id, other), (other.dossier_id, one)):
        tamper(
            "UPDATE dossiers_version SET dossier_id = %s, number = %s WHERE id = %s",
            person or one.dossier_id,
            1 if person else 9,
            row.pk,
        )
    assert [fault.what for fault in found()] == ["person", "person"]


@way
def a_version_added_is_named(people: list[Version]) -> None:
    tamper(
        "INSERT INTO dossiers_version (dossier_id, number, position, hash, previous, statement, document, valid_from,"
        " known_at, signature_id, leaf) SELECT dossier_id, 2, 99, sha256('x'), hash, statement, document, valid_from,"
        " known_at, signature_id, leaf FROM dossiers_version WHERE id = %s",
        people[1].pk,
    )
    (fault,) = found()
    assert (fault.code, fault.subject) == ("DOS-VERSION-EXTRA", f"{people[1].dossier.key}/2")


SIGNATURES: dict[str, str] = {
    "jws": "UPDATE signing_signature SET jws = jsonb_set(jws, '{payload}', '\"eyJ4Ijp9\"') WHERE id = %s",
    "signer": "UPDATE signing_signature SET signer_name = 'Người khác' WHERE id = %s",
    "at": "UPDATE signing_signature SET at = at - interval '1 day' WHERE id = %s",
}


def test_a_changed_signature_is_named_with_its_versions(people: list[Version]) -> None:
    for text in SIGNATURES.values():
        before = transaction.savepoint()
        tamper(text, people[3].signature_id)
        (fault,) = found()
        assert (fault.code, fault.what) == ("DOS-SIGNATURE", "signature")
        assert name(people[3]) in fault.message
        transaction.savepoint_rollback(before)


@way
def a_changed_leaf_of_an_approval_is_named(people: list[Version]) -> None:
    tamper(
        "UPDATE signing_signature SET leaves = set_byte(leaves, 40, (get_byte(leaves, 40) + 1) %% 256) WHERE id = %s",
        people[1].signature_id,
    )
    codes = {(fault.code, fault.what, fault.subject) for fault in found()}
    assert ("DOS-VERSION-CHANGED", "signature", name(people[1])) in codes


@way
def a_removed_signature_is_named(people: list[Version]) -> None:
    tamper("DELETE FROM signing_signature WHERE id = %s", people[3].signature_id)
    codes = {(fault.code, fault.what) for fault in found()}
    assert ("DOS-SIGNATURE", "missing") in codes
    assert ("DOS-VERSION-CHANGED", "signature") in codes


def put_back(agency: Agency, people: list[Version]) -> None:
    """As after restoring a backup of before the second version: rows, entries and signed heads of since are gone."""
    tamper("DELETE FROM dossiers_version WHERE id = %s", people[3].pk)
    tamper(
        "UPDATE dossiers_dossier SET current_number = 1, current_hash = %s WHERE id = %s",
        people[0].hash,
        people[0].dossier_id,
    )
    tamper("DELETE FROM ledger_entry WHERE index >= (SELECT max(index) FROM ledger_entry)")
    tamper("DELETE FROM ledger_signedhead")
    rebuild()


def test_an_old_backup_restored_is_named_by_the_head_another_holds(
    agency: Agency, people: list[Version]
) -> None:
    held = ledger.sign_head()
    what_another_witnessed_stands_in_for_heads_that_are_gone(agency, people)
    put_back(agency, people)
    assert verify().ok, "nothing in the database itself can show it"
    fault = verify(heads=[held.jws]).first_fault
    assert fault is not None
    assert fault.code == "LED-RESTORED"
    kept(agency, dossier(7))
    ledger.sign_head()
    fault = verify(heads=[held.jws]).first_fault
    assert fault is not None
    assert fault.code == "LED-RESTORED"
    assert str(held.size) in fault.message


def what_another_witnessed_stands_in_for_heads_that_are_gone(agency: Agency, people: list[Version]) -> None:
    """Without a file of heads too."""
    before = transaction.savepoint()
    assert agency.issuer is not None
    national, size = OtherLog(agency.issuer), log.head(SYSTEM).size
    root = log.root_at(SYSTEM, size)
    peers.take_witness(SYSTEM, "G09", national.witness(AGENCY, size, root))
    put_back(agency, people)
    fault = verify().first_fault
    assert fault is not None
    assert (fault.code, "G09" in fault.message) == ("LED-RESTORED", True)
    transaction.savepoint_rollback(before)


@way
def a_tail_cut_is_named_where_the_own_heads_are_left(people: list[Version]) -> None:
    ledger.sign_head()
    tamper("DELETE FROM ledger_entry WHERE index > (SELECT max(index) FROM ledger_entry) - 2")
    rebuild()
    codes = [fault.code for fault in found()]
    assert codes[0] == "LED-CUT"
    assert "DOS-VERSION-EXTRA" in codes
    assert SignedHead.objects.exists()


def test_an_approval_of_before_a_revocation_stands_and_one_of_after_is_refused_and_named(
    agency: Agency, people: list[Version], tmp_path: Path
) -> None:
    """The authority says later from when the approver's key was in other hands."""
    assert agency.issuer is not None
    (cert,) = certificates.from_pem(get_key(agency.users["approver"]).certificate_pem)
    at = people[3].signature.at

    def since(moment: datetime, number: int) -> list[Fault]:
        taken = revocation.Revocation(cert.serial_number, moment)
        store.save_crl(tmp_path, "test", revocation.crl(agency.issuer, [taken], number=number))
        return verify(all_faults=True).faults

    assert since(at + timedelta(seconds=1), 2) == []
    faults = since(at - timedelta(days=1), 3)
    assert [fault.code for fault in faults] == ["DOS-SIGNATURE"] * 2
    assert name(people[3]) in faults[1].message
    assert "thu hồi" in faults[1].message
