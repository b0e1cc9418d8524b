"""The pages of means of signing, as their owners meet them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from ccvc.ledger.models import Entry
from ccvc.signing import certificates, selectors
from ccvc.signing.models import SigningMeans
from tests.people import PASSPHRASE, Agency, found_agency, give_seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency(tmp_path: Path, settings: Any) -> Agency:
    settings.CCVC_HOME, settings.CCVC_AGENCY, settings.CCVC_KIND = tmp_path, "H41", "component"
    agency = found_agency(tmp_path)
    give_seal(agency)
    return agency


def browser(agency: Agency, name: str) -> Client:
    client = Client()
    client.force_login(agency.users[name])
    return client


def p12(agency: Agency, **named: Any) -> SimpleUploadedFile:
    key = ec.generate_private_key(ec.SECP256R1())
    given = {"common_name": "approver", "person": "Người approver", "agency_code": "H41", "use": "approve"}
    cert = certificates.issue(agency.issuer, key.public_key(), **{**given, **named})
    data = pkcs12.serialize_key_and_certificates(
        b"", key, cert, None, BestAvailableEncryption(b"of the file")
    )
    return SimpleUploadedFile("a.p12", data)


def posted(file: SimpleUploadedFile, passphrase: str = PASSPHRASE) -> dict[str, Any]:
    names = {"file": file, "file_password": "of the file", "passphrase": passphrase, "again": passphrase}
    return {f"pkcs12-{name}": value for name, value in names.items()}


def test_a_file_is_added_chosen_and_ended(agency: Agency) -> None:
    client, user = browser(agency, "approver"), agency.users["approver"]
    first = selectors.get_key(user)
    added = client.post("/signing/mine/add/pkcs12/", posted(p12(agency)), follow=True)
    assert "Đã thêm phương tiện ký" in added.content.decode()
    row = SigningMeans.objects.get(user=user, kind="pkcs12")
    client.post(f"/signing/mine/{row.pk}/default/")
    assert selectors.get_key(user) == row
    day = timezone.localdate() - timedelta(days=2)
    given = {"reason": "mất máy tính", "since_day": f"{day:%d/%m/%Y}", "since_time": "09:30"}
    client.post(f"/signing/mine/{row.pk}/end/", {**given, "replaced_by": first.pk})
    row.refresh_from_db()
    assert (timezone.localtime(row.revoked_from).date(), row.replaced_by) == (day, first)
    acts = [entry.payload for entry in Entry.objects.filter(payload__contains="mất máy tính")]
    assert len(acts) == 1
    assert "mất máy tính" in client.get("/signing/mine/").content.decode()


def test_what_is_wrong_is_said_and_no_secret_is_written_back(agency: Agency) -> None:
    client = browser(agency, "approver")
    answer = client.post("/signing/mine/add/pkcs12/", posted(p12(agency, common_name="officer")))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Chứng thư số cấp cho officer" in page
    assert PASSPHRASE not in page
    assert "of the file" not in page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reason": ""}, "Trường này"),
        ({"reason": "x", "since_day": "32/01/2026"}, "Ngày không đúng"),
        ({"reason": "x", "since_day": "01/01/2099"}, "không được muộn hơn hiện tại"),
    ],
)
def test_an_end_that_cannot_be(agency: Agency, given: dict[str, str], words: str) -> None:
    row = selectors.get_key(agency.users["approver"])
    answer = browser(agency, "approver").post(f"/signing/mine/{row.pk}/end/", given)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    row.refresh_from_db()
    assert row.revoked_at is None


@pytest.mark.parametrize(("name", "status"), [("approver", 403), ("officer", 403), ("clerk", 200)])
def test_the_seal_is_the_clerks(agency: Agency, name: str, status: int) -> None:
    assert browser(agency, name).get("/signing/seal/").status_code == status


@pytest.mark.parametrize("act", ["default", "end"])
def test_another_persons_means_are_as_if_they_were_not(agency: Agency, act: str) -> None:
    seal = SigningMeans.objects.get(agency="H41")
    there = browser(agency, "approver").post(f"/signing/mine/{seal.pk}/{act}/", {"reason": "x"})
    nowhere = browser(agency, "approver").post(f"/signing/mine/987654/{act}/", {"reason": "x"})
    assert there.status_code == nowhere.status_code == 422
    seal.refresh_from_db()
    assert seal.revoked_at is None


def test_the_clerk_adds_a_seal_from_a_file(agency: Agency) -> None:
    named = {"common_name": "Cơ quan H41", "person": None, "use": "seal"}
    browser(agency, "clerk").post("/signing/seal/add/pkcs12/", posted(p12(agency, **named)))
    assert SigningMeans.objects.filter(agency="H41").count() == 2
    assert Entry.objects.filter(payload__contains='"by":"clerk"').exists()
