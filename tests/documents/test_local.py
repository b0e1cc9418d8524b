"""Documents signed with a token in the officer's own machine, and the clerk's: file, digest and signature are one."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from ccvc.documents import verifying
from ccvc.documents.models import State
from ccvc.evidence import storage
from ccvc.ledger.models import Entry
from ccvc.ledger.verification import verify
from ccvc.means.models import PendingSignature
from ccvc.signing import store
from ccvc.signing.actions import revoke_means
from ccvc.simulation.services import serving as authority
from tests.documents import archival, office
from tests.people import Agency
from tests.signing.officers import HTTP, Reader, reader

SIGN, SEAL = "/documents/sign/", "/documents/seal/"


@pytest.fixture
def officer(agency: Agency) -> Iterator[Reader]:
    with reader(agency.issuer, agency.users["approver"]) as made:
        yield made


def test_person_and_agency_sign_where_their_tokens_are(
    agency: Agency, person: UUID, officer: Reader, tmp_path: Path
) -> None:
    rows = [office.issued(agency, person), office.issued(agency, person, "trich-doc")]
    given = officer.begin(SIGN, document=[row.pk for row in rows])
    assert officer.complete(SIGN, given, officer.signed(given)).json() == {"next": SIGN}
    with reader(agency.issuer, agency.users["clerk"], "seal") as clerk:
        sealing = clerk.begin(SEAL, document=[row.pk for row in rows])
        assert "pdf" not in str(sealing), "the clerk sees no person"
        assert clerk.complete(SEAL, sealing, clerk.signed(sealing)).status_code == 200
    for row in rows:
        row.refresh_from_db()
        assert row.state == State.VALID
        content = storage.read(row.sha256)
        assert [one.verdict.status for one in verifying.signatures(content)] == ["valid", "valid"]
        assert archival.faults(content) == []
    assert (
        office.run("pdfsig", "-nocert", office.file_of(rows[0], tmp_path)).count("Signature is Valid.") == 2
    )
    assert Entry.objects.filter(kind="document").count() == 6
    assert verify().ok


def test_the_program_shows_the_very_file_whose_digest_it_signs(
    agency: Agency, person: UUID, officer: Reader
) -> None:
    row = office.issued(agency, person)
    given = officer.begin(SIGN, document=row.pk)
    asked = officer.ask(given)
    page = HTTP.get(asked["confirm"]).text
    for words in ("Ký văn bản", str(row), "Nguyễn Thị Thuỳ Dương", given["documents"][0]["code"]):
        assert words in page
    shown = HTTP.get(asked["confirm"] + "/0.pdf")
    assert shown.headers["Content-Type"] == "application/pdf"
    assert shown.content == base64.b64decode(given["documents"][0]["pdf"])
    assert shown.content.startswith(storage.read(row.sha256))
    assert HTTP.get(asked["confirm"] + "/1.pdf").status_code == 404


def spoilt(given: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {**given, "documents": [{**given["documents"][0], **changed}]}


def test_nothing_is_signed_but_the_digest_of_the_file_given(
    agency: Agency, person: UUID, officer: Reader
) -> None:
    given = officer.begin(SIGN, document=office.issued(agency, person).pk)
    one = given["documents"][0]
    other = bytearray(base64.b64decode(one["pdf"]))
    other[300] ^= 1
    attributes = bytearray(base64.b64decode(one["attributes"]))
    attributes[-1] ^= 1
    with reader(agency.issuer, agency.users["clerk"], "seal") as clerk:
        foreign = clerk.program("/v1/requests", given)
    answers = [
        foreign,
        officer.program("/v1/requests", spoilt(given, pdf=base64.b64encode(other).decode())),
        officer.program("/v1/requests", spoilt(given, pdf="")),
        officer.program("/v1/requests", spoilt(given, gap=[one["gap"][0] - 40, one["gap"][1]])),
        officer.program("/v1/requests", spoilt(given, gap=[1, 2])),
        officer.program("/v1/requests", spoilt(given, gap=["a", {}])),
        officer.program("/v1/requests", spoilt(given, attributes=base64.b64encode(attributes).decode())),
        officer.program("/v1/requests", spoilt(given, attributes="%%")),
        officer.program("/v1/requests", {**given, "act": "approve"}),
        officer.program("/v1/requests", {**given, "at": "2020-01-01T00:00:00+00:00"}),
        officer.program("/v1/requests", {**given, "account": "officer"}),
        officer.program("/v1/requests", {**given, "documents": []}),
        officer.program("/v1/requests", {**given, "documents": {"a": 1}}),
    ]
    assert {(one.status_code, one.json()["problem"]["code"]) for one in answers} == {
        (422, "SIG-HELPER-UNREADABLE")
    }


def test_what_comes_back_counts_once_over_these_bytes_and_while_the_means_holds(
    agency: Agency, person: UUID, officer: Reader
) -> None:
    row = office.issued(agency, person)
    given = officer.begin(SIGN, document=row.pk)
    signature = officer.signed(given)
    wrong = signature[:-1] + ("0" if signature[-1] != "0" else "1")
    assert officer.complete(SIGN, given, wrong).json()["code"] == "SIG-KEY-MISMATCH"
    assert officer.complete(SIGN, given, signature).json()["code"] == "SIG-PENDING"
    given = officer.begin(SIGN, document=row.pk)
    signature = officer.signed(given)
    mine, officer.node = officer.node, Client(headers={"accept": "application/json"})
    officer.node.force_login(agency.users["approver"])
    assert officer.complete(SIGN, given, signature).json()["code"] == "SIG-PENDING"
    officer.node = mine
    revoke_means(agency.users["approver"], officer.means.pk, "mất thiết bị")
    assert officer.complete(SIGN, given, signature).json()["code"] == "SIG-NO-KEY"
    row.refresh_from_db()
    assert row.state == State.ISSUED


def test_a_document_signed_meanwhile_otherwise_is_not_signed_twice(
    agency: Agency, person: UUID, officer: Reader
) -> None:
    row = office.issued(agency, person)
    given = officer.begin(SIGN, document=row.pk)
    signature = officer.signed(given)
    office.signed(agency, row)
    assert officer.complete(SIGN, given, signature).json()["code"] == "DOC-STATE"
    assert officer.begin(SIGN, document=row.pk)["code"] == "DOC-STATE"
    assert officer.begin(SIGN)["code"] == "DOC-NONE"
    other = Client(headers={"accept": "application/json"})
    other.force_login(agency.users["officer"])
    sent = {"document": [row.pk], "means": officer.means.pk}
    assert other.post("/documents/sign/begin/", sent).status_code == 403
    assert PendingSignature.objects.filter(kind="document").count() == 1


def test_time_stamp_and_evidence_are_added_when_the_signature_is_back(
    agency: Agency, person: UUID, officer: Reader, tmp_path: Path, settings: Any
) -> None:
    with authority(tmp_path / "authority") as found:
        settings.CCVC_TIMESTAMP_URLS = [found.url("tsa")]
        store.save_trust(tmp_path, "authority", [found.authority.issuer.cert])
        store.save_crl(tmp_path, "authority", found.authority.crl())
        row = office.issued(agency, person)
        given = officer.begin(SIGN, document=row.pk)
        assert officer.complete(SIGN, given, officer.signed(given)).status_code == 200
        row.refresh_from_db()
        signed = verifying.signatures(storage.read(row.sha256))
        assert [(row.level, one.stamped, one.verdict.status) for one in signed] == [("B-LT", True, "valid")]
        assert b"/DSS" in storage.read(row.sha256)
        assert office.sealed_only(agency, row).state == State.VALID
