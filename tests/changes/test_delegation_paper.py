"""The scan of a written delegation: kept with it, opened by those it concerns on the record, hashed again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from ccvc.access.models import AccessLog, Delegation
from ccvc.evidence import storage
from ccvc.evidence.models import ScanState, StoredFile
from ccvc.ledger.verification import verify
from tests.evidence import samples
from tests.people import UNIT, Agency
from tests.web.visiting import signed_in

SCAN = samples.pdf("Văn bản ủy quyền 07/UQ-SNV")


def filled(agency: Agency, **more: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "grant": agency.users["approver"].grants.get().pk,
        "delegate": "colleague",
        "rights": ["change_approve"],
        "unit_code": UNIT,
        "valid_from": f"{today:%d/%m/%Y}",
        "valid_to": f"{today + timedelta(days=30):%d/%m/%Y}",
        "document_number": "07/UQ-SNV",
        "document_date": f"{today:%d/%m/%Y}",
        "mode": "TUQ.",
        "for_title": "Giám đốc",
        "title": "Trưởng phòng",
        "paper": SimpleUploadedFile("uy quyen.pdf", SCAN),
    } | more


@pytest.fixture
def lent(agency: Agency) -> Delegation:
    """Recorded by its giver on the page, with the scan."""
    answer = signed_in(agency, "approver").post(reverse("changes:new_delegation"), filled(agency))
    assert answer.status_code == 302, answer.content.decode()
    return Delegation.objects.get()


def test_those_it_concerns_open_it_and_each_time_is_recorded(agency: Agency, lent: Delegation) -> None:
    address = reverse("changes:delegation_paper", args=[lent.pk])
    for who in ("approver", "colleague", "administrator", "inspector"):
        client = signed_in(agency, who)
        assert address in client.get(reverse("changes:delegations")).content.decode()
        answer = client.get(address)
        assert (answer.status_code, answer.content) == (200, SCAN), who
        assert "uy-quyen-07_UQ-SNV.pdf" in answer["Content-Disposition"]
        seen = AccessLog.objects.get(act="view", actor_id=agency.users[who].pk)
        assert seen.detail == f"{lent} ({lent.paper_sha256[:12]})"
    for who in ("officer", "verifier", "stranger", "foreign_approver"):
        assert signed_in(agency, who).get(address).status_code == 404, who
        denied = AccessLog.objects.get(act="denied", actor_id=agency.users[who].pk)
        assert denied.detail == f"ACC-DELEGATION-UNKNOWN GET {address}"
    StoredFile.objects.update(state=ScanState.INFECTED, malware="Thử")
    assert signed_in(agency, "approver").get(address).status_code == 422


def test_signing_documents_is_handed_on_and_named_like_any_right(agency: Agency) -> None:
    client, name = signed_in(agency, "approver"), "Ký văn bản xuất từ hồ sơ"
    assert name in client.get(reverse("changes:new_delegation")).content.decode()
    answer = client.post(
        reverse("changes:new_delegation"), filled(agency, rights=["change_approve", "document_sign"])
    )
    assert answer.status_code == 302, answer.content.decode()
    assert name in client.get(reverse("changes:delegations")).content.decode()


def test_an_inspector_ends_nothing(agency: Agency, lent: Delegation) -> None:
    inspector, address = signed_in(agency, "inspector"), reverse("changes:end_delegation", args=[lent.pk])
    assert address not in inspector.get(reverse("changes:delegations")).content.decode()
    assert inspector.post(address, {"basis": "Thử"}).status_code == 403
    assert signed_in(agency, "colleague").post(address, {"basis": "Nghỉ"}).status_code == 302
    assert verify().ok


def changed(row: Delegation) -> None:
    storage.place(row.paper_sha256).write_bytes(SCAN + b"\n")


def lost(row: Delegation) -> None:
    storage.place(row.paper_sha256).unlink()


def prolonged(row: Delegation) -> None:
    Delegation.objects.filter(pk=row.pk).update(valid_to=row.valid_to + timedelta(days=365))


def removed(row: Delegation) -> None:
    row.delete()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (changed, "EVI-FILE-CHANGED"),
        (lost, "EVI-FILE-MISSING"),
        (prolonged, "LED-DATA"),
        (removed, "LED-MISSING"),
    ],
)
def test_the_ledger_names_what_became_of_it(
    lent: Delegation, spoil: Callable[[Delegation], None], code: str
) -> None:
    named = f"delegation:{lent.pk}"
    assert verify(all_faults=True).faults == []
    spoil(lent)
    assert [(fault.code, fault.subject) for fault in verify(all_faults=True).faults] == [(code, named)]
