"""The agency's seal: the clerk uses it in person, nobody else does, and each wrong passphrase is in the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from ccvc.ledger.models import Entry
from ccvc.means.actions import open_own, open_seal
from ccvc.signing import certificates, revocation, store
from tests.people import PASSPHRASE, Agency, found_agency, give_seal
from tests.problems import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency(tmp_path: Path, settings: Any) -> Agency:
    settings.CCVC_HOME, settings.CCVC_AGENCY = tmp_path, "H41"
    agency = found_agency(tmp_path)
    give_seal(agency)
    return agency


def test_the_clerk_signs_for_the_agency(agency: Agency) -> None:
    signer = open_seal(agency.subject("clerk"), PASSPHRASE)
    made = signer.sign(b"van ban")
    r, s = (int.from_bytes(part, "big") for part in (made[:32], made[32:]))
    public: Any = signer.chain[0].public_key()
    public.verify(encode_dss_signature(r, s), b"van ban", ec.ECDSA(hashes.SHA256()))
    assert certificates.agency_of(signer.chain[0]) == "H41"


@pytest.mark.parametrize("name", ["approver", "administrator", "officer", "inspector"])
def test_nobody_else_has_the_seal(agency: Agency, name: str) -> None:
    assert refused(lambda: open_seal(agency.subject(name), PASSPHRASE)).code == "ACC-DENIED"


def test_a_wrong_passphrase_is_in_the_ledger_with_who_typed_it(agency: Agency) -> None:
    assert refused(lambda: open_seal(agency.subject("clerk"), "sai mật khẩu")).code == "SIG-PASSPHRASE"
    entry = Entry.objects.get(payload__contains="signing_passphrase_wrong")
    assert (
        '"by":"clerk"' in bytes(entry.payload).decode()
        if not isinstance(entry.payload, str)
        else entry.payload
    )


def test_a_seal_the_authority_revoked_seals_nothing(agency: Agency, tmp_path: Path) -> None:
    serial = open_seal(agency.subject("clerk"), PASSPHRASE).chain[0].serial_number
    store.save_crl(tmp_path, "test", revocation.crl(agency.issuer, [serial], number=2))
    assert refused(lambda: open_seal(agency.subject("clerk"), PASSPHRASE)).code == "SIG-REVOKED"


def test_ones_own_means_are_ones_own(agency: Agency) -> None:
    assert open_own(agency.subject("approver"), PASSPHRASE).user.username == "approver"
    assert refused(lambda: open_own(agency.subject("clerk"), PASSPHRASE)).code == "SIG-NO-KEY"
