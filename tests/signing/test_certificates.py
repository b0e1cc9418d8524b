from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ccvc.signing import certificates, keys, revocation
from ccvc.signing.certificates import Use
from ccvc.signing.revocation import Revocation
from ccvc.signing.verification import Trust, Verdict, verify_certificate
from ccvc.standard.problems import Problem
from tests.signing.scheme import DAY, NOW, START, scheme

USES: list[Use] = ["sign", "encrypt", "tls", "approve"]


def judge(cert: x509.Certificate, trust: Trust | None = None, use: Use = "approve", **more: Any) -> Verdict:
    return verify_certificate(cert, trust or scheme().trust(), more.pop("at", NOW), use, **more)


def test_a_certificate_below_an_intermediate_is_valid() -> None:
    found = judge(scheme().cert(), agency_code="H41")
    assert (found.status, found.code) == ("valid", "SIG-VALID")
    assert found.ok
    found.required()


@pytest.mark.parametrize("issued", USES)
@pytest.mark.parametrize("wanted", USES)
def test_each_use_has_a_certificate_of_its_own(issued: Use, wanted: Use) -> None:
    found = judge(scheme().cert(issued), use=wanted)
    assert found.code == ("SIG-VALID" if issued == wanted else "SIG-USE")
    assert certificates.use_of(scheme().cert(issued)) == issued


def test_dates_are_judged_to_the_second() -> None:
    cert = scheme().cert(days=10)
    first, last = cert.not_valid_before_utc, cert.not_valid_after_utc
    moments = [first - timedelta(seconds=1), first, last, last + timedelta(seconds=1)]
    codes = [judge(cert, at=at).code for at in moments]
    assert codes == ["SIG-NOT-YET", "SIG-VALID", "SIG-VALID", "SIG-EXPIRED"]
    assert "11/09/2026" in judge(cert, at=moments[3]).message


def test_an_expired_authority_ends_what_it_issued() -> None:
    short = certificates.create_authority("CA ngắn hạn", not_before=START, days=30)
    cert = certificates.issue(
        short, scheme().key.public_key(), common_name="x", agency_code="H41", use="sign", not_before=START
    )
    trust = Trust((short.cert,), (), (revocation.read(revocation.crl(short, at=NOW)),))
    found = judge(cert, trust, use="sign")
    assert found.code == "SIG-EXPIRED"
    assert "CA ngắn hạn" in found.message


def test_a_revoked_certificate_counts_until_its_revocation() -> None:
    cert = scheme().cert()
    trust = scheme().trust(Revocation(cert.serial_number, NOW - 2 * DAY))
    assert judge(cert, trust).code == "SIG-REVOKED"
    assert judge(cert, trust).status == "invalid"
    assert judge(cert, trust, at=NOW - 3 * DAY).ok


def test_a_revoked_authority_takes_its_certificates_along() -> None:
    lists = [
        revocation.crl(scheme().root, [scheme().middle.cert.serial_number], at=NOW - DAY),
        revocation.crl(scheme().middle, at=NOW - DAY),
    ]
    found = judge(scheme().cert(), scheme().trust(crls=tuple(map(revocation.read, lists))))
    assert found.code == "SIG-REVOKED"
    assert "CA con" in found.message


def test_without_a_list_or_with_a_stale_one_nothing_can_be_told() -> None:
    missing = judge(scheme().cert(), scheme().trust(crls=()))
    stale = judge(scheme().cert(), scheme().trust(made=NOW - 31 * DAY))
    assert [(v.status, v.code) for v in (missing, stale)] == [
        ("unknown", "SIG-CRL-MISSING"),
        ("unknown", "SIG-CRL-STALE"),
    ]
    assert not missing.ok
    with pytest.raises(Problem) as raised:
        stale.required("manifest")
    assert (raised.value.code, raised.value.where) == ("SIG-CRL-STALE", "manifest")


def test_revoked_is_certain_even_on_a_stale_list() -> None:
    cert = scheme().cert()
    old = scheme().trust(Revocation(cert.serial_number, NOW - 60 * DAY), made=NOW - 40 * DAY)
    assert judge(cert, old).code == "SIG-REVOKED"


def test_a_list_signed_by_another_authority_does_not_count() -> None:
    twin = certificates.create_authority("CA con", not_before=START)
    forged = revocation.read(revocation.crl(twin, at=NOW))
    genuine = revocation.read(revocation.crl(scheme().root, at=NOW))
    assert judge(scheme().cert(), scheme().trust(crls=(genuine, forged))).code == "SIG-CRL-MISSING"


def test_an_older_list_put_back_is_not_read() -> None:
    cert = scheme().cert()
    old = revocation.crl(scheme().middle, at=NOW - DAY)
    new = revocation.revoke(scheme().middle, old, [cert.serial_number], at=NOW - DAY)
    again = revocation.revoke(scheme().middle, new, at=NOW)
    top = revocation.crl(scheme().root, at=NOW)
    lists = tuple(map(revocation.read, (top, new, old)))
    assert judge(cert, scheme().trust(crls=lists)).code == "SIG-REVOKED"
    assert [revocation.number_of(revocation.read(pem)) for pem in (old, new, again)] == [1, 2, 3]
    kept = revocation.read(again).get_revoked_certificate_by_serial_number(cert.serial_number)
    assert kept is not None
    assert kept.revocation_date_utc == NOW - DAY


def test_an_unknown_issuer_is_refused() -> None:
    twin = certificates.create_authority("CA con", not_before=START)  # the same name, another key
    cert = certificates.issue(
        twin, scheme().key.public_key(), common_name="x", agency_code="H41", use="approve", not_before=START
    )
    assert judge(cert).code == "SIG-ISSUER"
    assert judge(scheme().cert(), Trust()).code == "SIG-ISSUER"


def test_an_end_certificate_cannot_issue() -> None:
    holder = certificates.Issuer(scheme().key, scheme().cert())
    forged = certificates.issue(
        holder,
        keys.generate().public_key(),
        common_name="x",
        agency_code="H41",
        use="approve",
        not_before=START,
    )
    trust = scheme().trust(intermediates=(scheme().middle.cert, holder.cert))
    assert judge(forged, trust).code == "SIG-ISSUER"


def test_an_intermediate_cannot_make_authorities() -> None:
    below = certificates.create_authority("CA cháu", parent=scheme().middle, not_before=START)
    cert = certificates.issue(
        below, scheme().key.public_key(), common_name="x", agency_code="H41", use="sign", not_before=START
    )
    trust = scheme().trust(intermediates=(scheme().middle.cert, below.cert))
    assert judge(cert, trust, use="sign").code == "SIG-ISSUER"


def test_a_certificate_of_another_agency_is_refused() -> None:
    found = judge(scheme().cert(agency_code="H42"), agency_code="H41")
    assert found.code == "SIG-AGENCY"
    assert "H42" in found.message
    assert judge(scheme().cert(agency_code="H41.12"), agency_code="H41").code == "SIG-AGENCY"


def test_a_critical_extension_not_understood_is_refused() -> None:
    oid = x509.ObjectIdentifier("2.25.1")
    cert = scheme().cert()
    builder = x509.CertificateBuilder(
        cert.issuer, cert.subject, scheme().key.public_key(), cert.serial_number, START, START + 100 * DAY
    )
    for extension in cert.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    odd = builder.add_extension(x509.UnrecognizedExtension(oid, b"\x05\x00"), critical=True)
    found = judge(odd.sign(scheme().middle.key, hashes.SHA256()))
    assert found.code == "SIG-EXTENSION"
    assert "2.25.1" in found.message


def test_another_curve_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    cert = certificates.issue(
        scheme().middle, key.public_key(), common_name="x", agency_code="H41", use="sign", not_before=START
    )
    found = judge(cert, use="sign")
    assert found.code == "SIG-ALGORITHM"
    assert "secp384r1" in found.message


def test_the_subject_says_who_and_for_which_agency() -> None:
    person = scheme().cert()
    node = scheme().cert("sign", person=None, common_name="Nút tỉnh Nghệ An")
    assert (certificates.name_of(person), certificates.account_of(person)) == ("Nguyễn Văn An", "nvan")
    assert (certificates.name_of(node), certificates.account_of(node)) == ("Nút tỉnh Nghệ An", None)
    assert certificates.agency_of(person) == certificates.agency_of(node) == "H41"


def test_a_long_name_is_cut_between_letters() -> None:
    name = "Ủy ban nhân dân thành phố trực thuộc Trung ương và các cơ quan chuyên môn"
    cut = certificates.name_of(scheme().cert("sign", person=None, common_name=name))
    assert len(cut.encode()) <= 64
    assert name.startswith(cut.rstrip("…"))


def test_a_request_proves_its_key_and_proposes_its_subject() -> None:
    pem = certificates.request(scheme().key, common_name="nvan", person="Nguyễn Văn An", agency_code="H41")
    read = certificates.read_request(pem)
    assert read == certificates.Request(scheme().key.public_key(), "Nguyễn Văn An", "nvan", "H41")


@pytest.mark.parametrize("text", ["", "không phải PEM", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n"])
def test_what_is_no_request_is_refused(text: str) -> None:
    with pytest.raises(Problem) as raised:
        certificates.read_request(text)
    assert raised.value.code == "SIG-REQUEST"


def test_a_request_whose_signature_was_changed_is_refused() -> None:
    der = x509.load_pem_x509_csr(certificates.request(scheme().key, common_name="x").encode())
    raw = bytearray(der.public_bytes(Encoding.DER))
    raw[-1] ^= 1
    changed = x509.load_der_x509_csr(bytes(raw)).public_bytes(Encoding.PEM)
    with pytest.raises(Problem) as raised:
        certificates.read_request(changed)
    assert raised.value.code == "SIG-REQUEST"


def test_certificates_survive_pem() -> None:
    chain = scheme().chain(scheme().cert())
    assert certificates.from_pem(certificates.to_pem(chain)) == chain
    with pytest.raises(Problem) as raised:
        certificates.from_pem("không phải chứng thư")
    assert raised.value.code == "SIG-CERTIFICATE"
