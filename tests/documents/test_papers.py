"""Papers that arrive signed: judged where they stand and where the change they came with is approved."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from ccvc.changes import actions as changes
from ccvc.dossiers.domain import parse
from ccvc.dossiers.models import Version
from ccvc.evidence import actions as evidence
from ccvc.evidence import signed, storage
from ccvc.evidence.domain import Details
from ccvc.evidence.models import Attachment
from ccvc.signing import certificates, store
from ccvc.signing.trust import Trust
from tests import people
from tests.documents import office
from tests.evidence import samples
from tests.people import Agency

SAID = Details(
    "01", "employment", "12/QĐ-SNV", date(2026, 3, 7), "Sở Nội vụ", "Trần Văn B", "Phó Giám đốc", "a.pdf"
)


@pytest.fixture
def decision(agency: Agency, person: UUID) -> bytes:
    """A signed and sealed document, as another agency would send it."""
    return storage.read(office.sealed(agency, office.issued(agency, person)).sha256)


def attached(agency: Agency, person: UUID, content: bytes) -> Attachment:
    subject = agency.subject("officer")
    return evidence.attach(subject, person, evidence.receive(subject, content), SAID)


def told(paper: Attachment) -> list[tuple[str, str]]:
    return [(one.verdict.status, one.verdict.code) for one in signed.signatures(paper)]


def page_of(agency: Agency, person: UUID) -> str:
    client = Client()
    client.force_login(agency.users["officer"])
    return str(client.get(reverse("evidence:person", args=[person])).content.decode())


def test_a_good_a_changed_and_an_unknown_signature_are_told_apart(
    agency: Agency, person: UUID, decision: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(attached(agency, person, decision)) == [("valid", "SIG-VALID")] * 2
    spoilt = bytearray(decision)
    spoilt[spoilt.index(b"/Length") - 30] ^= 1
    assert told(attached(agency, person, bytes(spoilt))) == [("invalid", "DOC-MODIFIED")] * 2
    assert told(attached(agency, person, samples.pdf())) == []
    assert told(attached(agency, person, samples.pdf("/ByteRange"))) == [("unknown", "EVI-SIGNED-UNREADABLE")]
    page = page_of(agency, person)
    for words in ("Chữ ký số", "Hợp lệ", "Không hợp lệ", "Người approver"):
        assert words in page
    other = Trust((certificates.create_authority("CA khác").cert,))
    monkeypatch.setattr(store, "trust", lambda: other)
    last = Attachment.objects.order_by("attached_at").first()
    assert last is not None
    assert told(last) == [("unknown", "EVI-SIGNED-ISSUER")] * 2


def test_the_signature_is_shown_where_the_change_is_approved(
    agency: Agency, person: UUID, decision: bytes
) -> None:
    whole = parse(Version.objects.get(dossier__key=person).document)
    whole["employment"] |= {"position_title": "Phó trưởng phòng"}
    change = people.propose(agency, whole, key=person)
    officer = agency.subject("officer")
    changes.prove(officer, change.pk, evidence.receive(officer, decision), SAID)
    people.pass_steps(agency, [change.pk])
    client = Client()
    client.force_login(agency.users["approver"])
    page = client.get(reverse("changes:approve")).content.decode()
    assert page.count("Hợp lệ") == 2
