"""Tokens and services really used: SoftHSM2 and a service on loopback; approvals read by Debian's tools."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.conf import settings
from django.db import transaction
from joserfc.jwk import ECKey, RSAKey

from ccvc.ledger import actions as ledger
from ccvc.ledger.models import Entry
from ccvc.node.settings import SigningService as ServiceSettings
from ccvc.signing import actions, certificates, jws, selectors
from ccvc.signing.models import Signature, SigningMeans
from ccvc.signing.signers.pkcs11 import Pkcs11Signer, Place
from ccvc.simulation.signing_service import CLIENT, SECRET, Credential, SigningService, serving
from tests.people import AGENCY, PASSPHRASE, Agency, found_agency
from tests.problems import refused
from tests.signing import tokens
from tests.signing.tokens import MODULE, PIN, needs

pytestmark = pytest.mark.django_db
LEAVES = [bytes([n]) * 32 for n in range(3)]
KINDS = ("P-256", "RSA-2048", "RSA-3072")
HSM = needs("softhsm2-util", "openssl", str(MODULE))


@pytest.fixture
def agency(tmp_path: Path, settings: Any) -> Agency:
    settings.CCVC_HOME, settings.CCVC_AGENCY = tmp_path, AGENCY
    settings.CCVC_SIGNING_MODULES = {"hsm": MODULE}
    return found_agency(tmp_path)


@pytest.fixture
def service(agency: Agency, tmp_path: Path, settings: Any) -> Iterator[SigningService]:
    """A service with one credential of the approver, known to the node by a name of its settings."""
    key = ec.generate_private_key(ec.SECP256R1())
    cert = certificates.issue(
        agency.issuer,
        key.public_key(),
        common_name="approver",
        person="Người approver",
        agency_code=AGENCY,
        use="approve",
    )
    (tmp_path / "service.secret").write_text(SECRET, encoding="utf-8")
    found = SigningService({"c1": Credential(key, [cert, agency.issuer.cert], PIN)})
    with serving(found):
        settings.CCVC_SIGNING_SERVICES = {
            "csc": ServiceSettings(url=found.url, client_id=CLIENT, secret_file=Path("service.secret"))
        }
        yield found


def enrolled_token(agency: Agency, kind: str, **named: Any) -> SigningMeans:
    made = tokens.token(kind)
    made.certify(agency.issuer, **named)
    place = {"module": "hsm", "token": made.label, "key": "key"}
    return actions.enrol_token(agency.users["approver"], place, PIN, audit=ledger.append)


def enrolled_remote(agency: Agency) -> SigningMeans:
    place = {"service": "csc", "credential": "c1"}
    return actions.enrol_remote(agency.users["approver"], place, PIN, audit=ledger.append)


def signed_by(agency: Agency, row: SigningMeans, secret: str = PIN) -> Signature:
    user = agency.users["approver"]
    opened = actions.open_means(user, secret, means_id=row.pk, audit=ledger.append)
    return actions.sign_batch(user, opened, LEAVES, agency=AGENCY, purpose="p")


@HSM
@pytest.mark.parametrize("kind", KINDS)
def test_a_token_signs_what_verifies(agency: Agency, kind: str) -> None:
    made = signed_by(agency, enrolled_token(agency, kind))
    assert actions.verify_batch(made).ok
    assert PIN not in orjson.dumps(list(SigningMeans.objects.values("place", "encrypted_pem"))).decode()


@HSM
def test_a_token_signs_with_a_salt_where_it_is_told_to(agency: Agency) -> None:
    made = tokens.token("RSA-2048")
    cert = made.certify(agency.issuer)
    signer = Pkcs11Signer(Place(MODULE, made.label), (cert,), PIN, rsa="PS256")
    covered, made_by_token = jws.signing_input(jws.sign_with(b"van ban", signer))
    salted = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    made.public_key.verify(made_by_token, covered, salted, hashes.SHA256())
    assert signer.algorithm == "PS256"


@HSM
def test_a_wrong_pin_is_counted_and_the_means_blocked(agency: Agency, settings: Any) -> None:
    settings.CCVC_PIN_ATTEMPTS = 2
    row = enrolled_token(agency, "P-256")
    codes = [refused(lambda: signed_by(agency, row, "936418")).code for _ in range(3)]
    assert codes == ["SIG-PIN", "SIG-PIN", "SIG-LOCKED"]
    assert Entry.objects.filter(payload__contains="signing_passphrase_wrong").count() == 2


@HSM
@pytest.mark.parametrize(
    ("changed", "pin", "code"),
    [
        ({}, "123456", "SIG-PIN-WEAK"),
        ({}, "936418", "SIG-PIN"),
        ({"token": "nowhere"}, PIN, "SIG-TOKEN-ABSENT"),
        ({"key": "other"}, PIN, "SIG-TOKEN-KEY"),
        ({"module": "/tmp/evil.so"}, PIN, "SIG-MODULE"),
    ],
)
def test_a_token_that_is_not_taken(agency: Agency, changed: dict[str, str], pin: str, code: str) -> None:
    made = tokens.token("P-256")
    made.certify(agency.issuer)
    place = {"module": "hsm", "token": made.label, "key": "key", **changed}
    user = agency.users["approver"]
    assert refused(lambda: actions.enrol_token(user, place, pin)).code == code
    assert SigningMeans.objects.filter(user=user).count() == 1


@HSM
def test_a_token_with_another_accounts_certificate_is_not_taken(agency: Agency) -> None:
    assert refused(lambda: enrolled_token(agency, "P-256", common_name="officer")).code == "SIG-MEANS-OWNER"


@HSM
def test_nobody_stays_logged_in(agency: Agency) -> None:
    row = enrolled_token(agency, "P-256")
    signed_by(agency, row)
    assert refused(lambda: signed_by(agency, row, "936418")).code == "SIG-PIN"


def test_a_service_signs_what_verifies(agency: Agency, service: SigningService) -> None:
    made = signed_by(agency, enrolled_remote(agency))
    assert actions.verify_batch(made).ok
    assert "/csc/v2/signatures/signHash" in service.asked


def test_several_under_one_authorisation(agency: Agency, service: SigningService) -> None:
    row = enrolled_remote(agency)
    opened = actions.open_means(agency.users["approver"], PIN, means_id=row.pk)
    service.asked.clear()
    signer: Any = opened.signer
    made = signer.sign_many([b"mot", b"hai", b"ba"])
    assert len(set(made)) == 3
    assert service.asked.count("/csc/v2/credentials/authorize") == 1


def test_a_wrong_pin_at_the_service_is_counted_here_and_there(
    agency: Agency, service: SigningService
) -> None:
    row = enrolled_remote(agency)
    codes = [refused(lambda: signed_by(agency, row, "936418")).code for _ in range(4)]
    assert codes == ["SIG-PIN"] * 3 + ["SIG-REMOTE-LOCKED"]
    row.refresh_from_db()
    assert row.failed_attempts == 3
    assert Entry.objects.filter(payload__contains="signing_passphrase_wrong").count() == 3


def test_a_wrong_confirmation_code(agency: Agency, service: SigningService) -> None:
    row = enrolled_remote(agency)
    service.credentials["c1"].otp = "774411"
    assert refused(lambda: signed_by(agency, row, f"{PIN} 000000")).code == "SIG-PIN"
    assert actions.verify_batch(signed_by(agency, row, f"{PIN} 774411")).ok


def test_a_service_that_is_down_signs_nothing_and_counts_nothing(
    agency: Agency, service: SigningService
) -> None:
    row = enrolled_remote(agency)
    service.answers_with = 503
    assert refused(lambda: signed_by(agency, row)).code == "SIG-REMOTE-DOWN"
    row.refresh_from_db()
    assert (row.failed_attempts, Signature.objects.count()) == (0, 0)
    service.answers_with = 0
    assert actions.verify_batch(signed_by(agency, row)).ok


def test_a_service_that_is_gone(agency: Agency, service: SigningService, settings: Any) -> None:
    row = enrolled_remote(agency)
    settings.CCVC_SIGNING_SERVICES = {"csc": ServiceSettings(url="http://127.0.0.1:9")}
    assert refused(lambda: signed_by(agency, row)).code == "SIG-REMOTE-DOWN"


def test_a_service_that_signs_with_another_key_is_found(agency: Agency, service: SigningService) -> None:
    row = enrolled_remote(agency)
    service.credentials["c1"].key = ec.generate_private_key(ec.SECP256R1())
    assert refused(lambda: signed_by(agency, row)).code == "SIG-KEY-MISMATCH"
    assert not Signature.objects.exists()


def test_a_service_signs_outside_a_transaction_only(agency: Agency, service: SigningService) -> None:
    row = enrolled_remote(agency)
    opened = actions.open_means(agency.users["approver"], PIN, means_id=row.pk)
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        opened.signer.sign(b"van ban")
    with transaction.atomic():
        asked = refused(lambda: actions.sign_batch(opened.user, opened, LEAVES, agency=AGENCY, purpose="p"))
    assert asked.code == "SIG-MEANS-AWAY"


def test_a_weak_pin_at_the_service_is_not_taken(agency: Agency, service: SigningService) -> None:
    service.credentials["c1"].pin = "123456"
    place = {"service": "csc", "credential": "c1"}
    assert (
        refused(lambda: actions.enrol_remote(agency.users["approver"], place, "123456")).code
        == "SIG-PIN-WEAK"
    )


def by_kind(agency: Agency, kind: str) -> Signature:
    """An approval signed by a kind of means."""
    if kind == "software":
        return signed_by(agency, selectors.get_key(agency.users["approver"]), PASSPHRASE)
    if kind == "remote":
        return signed_by(agency, enrolled_remote(agency))
    if kind == "pkcs12":
        key = rsa.generate_private_key(65537, 2048)
        user = agency.users["approver"]
        data = openssl_p12(agency, key)
        return signed_by(agency, actions.take_pkcs12(user, data, "of the file", PASSPHRASE), PASSPHRASE)
    return signed_by(agency, enrolled_token(agency, kind))


def openssl_p12(agency: Agency, key: rsa.RSAPrivateKey) -> bytes:
    """A file as an authority makes it, with Debian's openssl."""
    named: dict[str, Any] = {"common_name": "approver", "person": "Người approver", "agency_code": AGENCY}
    cert = certificates.issue(agency.issuer, key.public_key(), use="approve", **named)
    form = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    folder = Path(settings.CCVC_HOME)
    (folder / "key.pem").write_bytes(secret)
    (folder / "cert.pem").write_text(certificates.to_pem([cert]))
    parts: list[Any] = [
        "-inkey",
        folder / "key.pem",
        "-in",
        folder / "cert.pem",
        "-passout",
        "pass:of the file",
    ]
    return subprocess.run(["openssl", "pkcs12", "-export", *parts], capture_output=True, check=True).stdout


@needs("softhsm2-util", "openssl", "jose", str(MODULE))
@pytest.mark.parametrize("kind", ["software", "pkcs12", "RSA-2048", "P-256", "remote"])
def test_debians_tools_verify_each_and_report_a_changed_byte(
    agency: Agency, service: SigningService, kind: str, tmp_path: Path
) -> None:
    made = by_kind(agency, kind).jws
    cert = certificates.from_pem(selectors.of_owner(agency.users["approver"]).latest("pk").certificate_pem)[0]
    spoilt = {**made, "payload": ("f" if made["payload"][0] != "f" else "e") + made["payload"][1:]}
    assert [jose_says(tmp_path, cert, whole) for whole in (made, spoilt)] == [True, False]
    assert [openssl_says(tmp_path, cert, whole) for whole in (made, spoilt)] == [True, False]
    anchor = tmp_path / "ca.pem"
    anchor.write_text(certificates.to_pem([agency.issuer.cert]))
    (tmp_path / "leaf.pem").write_text(certificates.to_pem([cert]))
    chain: list[Any] = ["openssl", "verify", "-CAfile", anchor, tmp_path / "leaf.pem"]
    assert subprocess.run(chain, capture_output=True, check=False).returncode == 0


def jose_says(folder: Path, cert: Any, made: dict[str, Any]) -> bool:
    """Whether `jose jws ver` takes it for the certificate's key."""
    kind = RSAKey if isinstance(cert.public_key(), rsa.RSAPublicKey) else ECKey
    (folder / "key.jwk").write_bytes(orjson.dumps(kind.import_key(cert.public_key()).as_dict(private=False)))
    (folder / "made.json").write_bytes(orjson.dumps(made))
    command: list[Any] = ["jose", "jws", "ver", "-i", folder / "made.json", "-k", folder / "key.jwk"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def openssl_says(folder: Path, cert: Any, made: dict[str, Any]) -> bool:
    """Whether `openssl dgst` takes it for the certificate's key."""
    covered, signature = jws.signing_input(made)
    if not isinstance(cert.public_key(), rsa.RSAPublicKey):
        half = len(signature) // 2
        signature = encode_dss_signature(
            *(int.from_bytes(p, "big") for p in (signature[:half], signature[half:]))
        )
    info = serialization.PublicFormat.SubjectPublicKeyInfo
    (folder / "pub.pem").write_bytes(cert.public_key().public_bytes(serialization.Encoding.PEM, info))
    (folder / "covered").write_bytes(covered)
    (folder / "signature").write_bytes(signature)
    asked: list[Any] = ["-verify", folder / "pub.pem", "-signature", folder / "signature", folder / "covered"]
    command: list[Any] = ["openssl", "dgst", "-sha256", *asked]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
