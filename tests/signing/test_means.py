"""Several means for one owner, the seal of an agency, a key from a PKCS#12 file, and ending one from a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from django.utils import timezone

from ccvc.signing import actions, certificates, selectors
from ccvc.signing.certificates import Issuer
from ccvc.signing.models import EndedCertificate, SigningMeans
from ccvc.standard.problems import Problem
from tests.people import PASSPHRASE, Agency, found_agency
from tests.problems import refused

pytestmark = pytest.mark.django_db
LEAVES = [bytes(32)]


@pytest.fixture
def agency(tmp_path: Any, settings: Any) -> Agency:
    settings.CCVC_HOME, settings.CCVC_AGENCY = tmp_path, "H41"
    return found_agency(tmp_path)


def p12(issuer: Issuer, key: Any, password: bytes, **named: Any) -> bytes:
    given = {"common_name": "approver", "person": "Người approver", "agency_code": "H41", "use": "approve"}
    cert = certificates.issue(issuer, key.public_key(), **{**given, **named})
    return pkcs12.serialize_key_and_certificates(
        b"", key, cert, [issuer.cert], BestAvailableEncryption(password)
    )


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def test_a_key_from_a_file_signs_and_verifies(agency: Agency, rsa_key: Any) -> None:
    user = agency.users["approver"]
    row = actions.take_pkcs12(user, p12(agency.issuer, rsa_key, b"123456"), "123456", PASSPHRASE)
    opened = actions.open_means(user, PASSPHRASE, means_id=row.pk)
    made = actions.sign_batch(user, opened, LEAVES, agency="H41", purpose="p")
    assert opened.signer.algorithm == "RS256"
    assert actions.verify_batch(made).ok
    assert not row.is_default
    assert "123456" not in row.encrypted_pem
    assert row.encrypted_pem.startswith("argon2id$")


@pytest.mark.parametrize(
    ("data", "password", "passphrase", "code"),
    [
        (None, "sai", PASSPHRASE, "SIG-PKCS12-PASSWORD"),
        (None, "123456", "ngắn", "SIG-PASSPHRASE-SHORT"),
        (b"x", "123456", PASSPHRASE, "SIG-PKCS12"),
        (bytes(70_000), "123456", PASSPHRASE, "SIG-PKCS12"),
    ],
)
def test_a_file_that_is_not_taken(
    agency: Agency, data: bytes | None, password: str, passphrase: str, code: str
) -> None:
    whole = p12(agency.issuer, ec.generate_private_key(ec.SECP256R1()), b"123456") if data is None else data
    user = agency.users["approver"]
    assert refused(lambda: actions.take_pkcs12(user, whole, password, passphrase)).code == code
    assert SigningMeans.objects.filter(user=user).count() == 1


def test_a_file_of_another_account_or_for_another_use_is_not_taken(agency: Agency, rsa_key: Any) -> None:
    user = agency.users["approver"]
    for changed, code in (({"common_name": "officer"}, "SIG-MEANS-OWNER"), ({"use": "sign"}, "SIG-USE")):
        data = p12(agency.issuer, rsa_key, b"123456", **changed)
        with pytest.raises(Problem) as raised:
            actions.take_pkcs12(user, data, "123456", PASSPHRASE)
        assert raised.value.code == code


def test_one_is_the_default_and_the_next_takes_its_place(agency: Agency, rsa_key: Any) -> None:
    user = agency.users["approver"]
    first = selectors.get_key(user)
    row = actions.take_pkcs12(user, p12(agency.issuer, rsa_key, b"123456"), "123456", PASSPHRASE)
    actions.make_default(user, row.pk)
    assert selectors.get_key(user) == row
    actions.revoke_means(user, row.pk, "mất thiết bị", replaced_by=first)
    row.refresh_from_db()
    assert (selectors.get_key(user), row.replaced_by) == (first, first)
    assert refused(lambda: actions.open_means(user, PASSPHRASE, means_id=row.pk)).code == "SIG-NO-KEY"


def test_revoked_from_a_moment_ends_what_was_signed_since(agency: Agency) -> None:
    user = agency.users["approver"]
    made = actions.sign_batch(user, PASSPHRASE, LEAVES, agency="H41", purpose="p")
    assert actions.verify_batch(made).ok
    actions.revoke_means(user, None, "lộ mã PIN", since=made.at)
    found = actions.verify_batch(made)
    assert (found.status, found.code) == ("invalid", "SIG-REVOKED-FROM")
    EndedCertificate.objects.update(since=made.at + timedelta(minutes=1))
    assert actions.verify_batch(made).ok, "it was held here before"


def test_what_was_opened_before_it_was_ended_signs_no_more(agency: Agency) -> None:
    user = agency.users["approver"]
    opened = actions.unlock(user, PASSPHRASE)
    actions.revoke_means(user, None, "mất thiết bị")
    signing = refused(lambda: actions.sign_batch(user, opened, LEAVES, agency="H41", purpose="p"))
    assert signing.code == "SIG-MEANS-ENDED"


def test_a_date_to_come_and_no_reason_are_refused(agency: Agency) -> None:
    user = agency.users["approver"]
    later = timezone.now() + timedelta(hours=1)
    assert refused(lambda: actions.revoke_means(user, None, "x", since=later)).code == "SIG-REVOKE-DATE"
    assert refused(lambda: actions.revoke_means(user, None, " ")).code == "SIG-REVOKE-REASON"


def test_another_persons_means_cannot_be_opened_or_ended(agency: Agency) -> None:
    theirs = selectors.get_key(agency.users["approver"])
    officer = agency.users["officer"]
    for act in (
        lambda: actions.open_means(officer, PASSPHRASE, means_id=theirs.pk),
        lambda: actions.revoke_means(officer, theirs.pk, "x"),
        lambda: actions.make_default(officer, theirs.pk),
    ):
        assert refused(act).code == "SIG-NO-KEY"
