"""The demonstration's authority: says what it is, issues for one use, revokes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from ccvc.signing import certificates, keys
from ccvc.signing.verification import Trust, verify_certificate
from ccvc.simulation.authority import NAME, DemoAuthority
from ccvc.standard import Problem


def issued(authority: DemoAuthority) -> x509.Certificate:
    request = certificates.request(
        keys.generate(), common_name="somebody", person="Người khác", agency_code="G01"
    )
    pem = authority.issue_approver(request, person="Nguyễn Văn An", account="phe.duyet", agency_code="H41")
    return certificates.from_pem(pem)[0]


def trust(authority: DemoAuthority) -> Trust:
    return Trust.from_pem(authority.anchor_pem, crls=(authority.crl(),))


def test_its_name_says_that_it_is_synthetic(tmp_path: Path) -> None:
    authority = DemoAuthority.open(tmp_path / "authority")
    assert certificates.name_of(authority.issuer.cert) == NAME
    assert NAME.startswith("SYNTHETIC")


def test_opened_again_it_is_the_same(tmp_path: Path) -> None:
    first = DemoAuthority.open(tmp_path)
    again = DemoAuthority.open(tmp_path)
    assert again.anchor_pem == first.anchor_pem
    assert again.issuer.key.public_key() == again.issuer.cert.public_key()


def test_its_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    DemoAuthority.open(tmp_path)
    assert (tmp_path / "authority.key.pem").stat().st_mode & 0o077 == 0


def test_an_approver_is_who_the_authority_says(tmp_path: Path) -> None:
    authority = DemoAuthority.open(tmp_path)
    cert = issued(authority)
    assert certificates.name_of(cert) == "Nguyễn Văn An"
    assert certificates.account_of(cert) == "phe.duyet"
    assert certificates.agency_of(cert) == "H41"
    now = datetime.now(UTC)
    assert verify_certificate(cert, trust(authority), now, "approve", "H41").ok
    assert not verify_certificate(cert, trust(authority), now, "sign", "H41").ok
    assert not verify_certificate(cert, trust(authority), now, "approve", "H56").ok


def test_a_revoked_approver_counts_no_more(tmp_path: Path) -> None:
    authority = DemoAuthority.open(tmp_path)
    cert, other = issued(authority), issued(authority)
    authority.revoke(cert)
    later = datetime.now(UTC) + timedelta(minutes=1)
    verdict = verify_certificate(cert, trust(DemoAuthority.open(tmp_path)), later, "approve")
    assert verdict.status == "invalid"
    assert verify_certificate(other, trust(authority), later, "approve").ok


def test_no_request_no_certificate(tmp_path: Path) -> None:
    authority = DemoAuthority.open(tmp_path)
    with pytest.raises(Problem, match="Yêu cầu"):
        authority.issue_approver("nothing", person="A", account="a", agency_code="H41")
