"""Getting a means of signing: made here, taken in from a file, or known by its certificate; a new passphrase."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cryptography import x509
from django.conf import settings
from django.db import IntegrityError, transaction

from ccvc.accounts.models import User
from ccvc.signing import certificates, jws, keys
from ccvc.signing.actions.opening import open_means
from ccvc.signing.actions.reporting import Audit, report
from ccvc.signing.models import SigningMeans
from ccvc.signing.selectors import Owner, find_key, in_force
from ccvc.signing.signers import pkcs12
from ccvc.signing.signers.opening import (
    check_pin,
    place_of,
    remote_signer,
    service_of,
    signer_of,
    token_signer,
)
from ccvc.signing.signers.pkcs11 import certificates_in
from ccvc.signing.signers.remote import chain_of
from ccvc.signing.signers.software import SoftwareSigner
from ccvc.signing.verification import wrong_use
from ccvc.standard.problems import Problem

Kind = SigningMeans.Kind
PROBE = b"ccvc-enrolment-probe"
"""What a means is asked to sign when it is taken in: it is no statement, and stands for nothing."""
LABELS = {
    Kind.SOFTWARE: "Khoá trong hệ thống",
    Kind.PKCS12: "Tệp chứng thư số",
    Kind.PKCS11: "Thiết bị lưu khoá",
    Kind.REMOTE: "Ký số từ xa",
    Kind.LOCAL: "Thiết bị ở máy của tôi",
}


def create_software_key(
    user: User, passphrase: str, issue: Callable[[str], str], *, audit: Audit | None = None
) -> SigningMeans:
    """Make a key for an account; `issue` turns a request (PEM) into a certificate chain (PEM).

    Raises SIG-PASSPHRASE-SHORT, SIG-PASSPHRASE-WEAK, SIG-KEY-EXISTS, SIG-KEY-MISMATCH, SIG-USE.
    """
    _check_passphrase(passphrase, user)
    if in_force(user).filter(kind=Kind.SOFTWARE).exists():
        raise Problem("SIG-KEY-EXISTS", account=user.username)
    key = keys.generate()
    wanted = certificates.request(key, common_name=user.username, person=user.full_name)
    return _keep_key(user, Kind.SOFTWARE, key, issue(wanted), passphrase, audit=audit)


def create_seal_key(
    agency: str, passphrase: str, issue: Callable[[str], str], *, by: str, audit: Audit | None = None
) -> SigningMeans:
    """Make an agency's seal key kept here; as create_software_key, its certificate being for sealing."""
    _check_passphrase(passphrase, agency)
    key = keys.generate()
    wanted = certificates.request(key, common_name=agency, agency_code=agency)
    return _keep_key(agency, Kind.SOFTWARE, key, issue(wanted), passphrase, by=by, audit=audit)


def take_pkcs12(
    owner: Owner,
    data: bytes,
    file_password: str,
    passphrase: str,
    *,
    by: str = "",
    audit: Audit | None = None,
) -> SigningMeans:
    """Take a key and its certificates from a PKCS#12 file; kept under the passphrase, in the house's own strength.

    The file's own protection is not kept: it is mostly cheap to guess at (PBKDF2 or older), and whoever issued the
    file knows its password. Raises SIG-PKCS12, SIG-PKCS12-PASSWORD and what create_software_key raises.
    """
    _check_passphrase(passphrase, owner)
    key, chain = pkcs12.read(data, file_password)
    return _keep_key(owner, Kind.PKCS12, key, certificates.to_pem(chain), passphrase, by=by, audit=audit)


def _check_passphrase(passphrase: str, owner: Owner) -> None:
    keys.check_passphrase(passphrase, _name(owner), settings.CCVC_PASSPHRASE_LENGTH)


def _keep_key(
    owner: Owner,
    kind: SigningMeans.Kind,
    key: keys.SigningKey,
    chain_pem: str,
    passphrase: str,
    *,
    by: str = "",
    audit: Audit | None,
) -> SigningMeans:
    """A key kept here: its certificate must be of it."""
    SoftwareSigner(key, certificates.from_pem(chain_pem))
    row = SigningMeans(
        **_owned(owner), kind=kind, certificate_pem=chain_pem, encrypted_pem=keys.to_pem(key, passphrase)
    )
    return keep_means(row, by=by, audit=audit)


def _owned(owner: Owner) -> dict[str, str | User]:
    return {"agency": owner} if isinstance(owner, str) else {"user": owner}


def enrol_token(
    owner: Owner,
    place: dict[str, str],
    pin: str,
    *,
    label: str = "",
    by: str = "",
    audit: Audit | None = None,
) -> SigningMeans:
    """A token or module at the server: names of a module of the settings, the token, and the key where it has several.

    Raises SIG-PIN-SHORT, SIG-PIN-WEAK, what keeps the token from signing, and what keep_means raises.
    """
    check_pin(pin, _name(owner))
    found = place_of(place)
    chain = certificates_in(found, pin)
    jws.sign_with(PROBE, token_signer(found, chain, pin))
    return _keep_elsewhere(owner, Kind.PKCS11, chain, place, label, by=by, audit=audit)


def enrol_remote(
    owner: Owner,
    place: dict[str, str],
    secret: str,
    *,
    label: str = "",
    by: str = "",
    audit: Audit | None = None,
) -> SigningMeans:
    """A credential at a service of the settings, shown to be the owner's by a signature. Raises as enrol_token."""
    pin = secret.strip().partition(" ")[0]
    check_pin(pin, _name(owner))
    chain = chain_of(service_of(place), place.get("credential", ""))
    check_certificate(chain[0], owner)
    jws.sign_with(PROBE, remote_signer(place, chain, secret))
    return _keep_elsewhere(owner, Kind.REMOTE, chain, place, label, by=by, audit=audit)


def _keep_elsewhere(
    owner: Owner,
    kind: SigningMeans.Kind,
    chain: Sequence[x509.Certificate],
    place: dict[str, str],
    label: str,
    *,
    by: str,
    audit: Audit | None,
) -> SigningMeans:
    row = SigningMeans(
        **_owned(owner), kind=kind, certificate_pem=certificates.to_pem(chain), place=place, label=label
    )
    return keep_means(row, by=by, audit=audit)


def _name(owner: Owner) -> str:
    return owner if isinstance(owner, str) else owner.username


def keep_means(row: SigningMeans, *, by: str = "", audit: Audit | None = None) -> SigningMeans:
    """Keep a means of signing whose key was shown to be its owner's: the default where it is the first.

    Raises SIG-USE, SIG-KEY-EXISTS, SIG-MEANS-OWNER where the certificate names another account or agency.
    """
    leaf = certificates.from_pem(row.certificate_pem)[0]
    owner: Owner = row.user or row.agency
    check_certificate(leaf, owner)
    row.serial = certificates.serial_of(leaf)
    row.label = row.label or LABELS[SigningMeans.Kind(row.kind)]
    row.is_default = find_key(owner) is None
    with transaction.atomic():
        _insert(row)
        report(audit, "signing_key_created", row, by=by, certificate_sha256=certificates.fingerprint(leaf))
    return row


def check_certificate(leaf: x509.Certificate, owner: Owner) -> None:
    """Whether a certificate is the owner's, for what the owner signs; Problem SIG-USE, SIG-MEANS-OWNER."""
    use = certificates.use_of(leaf)
    wanted = "seal" if isinstance(owner, str) else "approve"
    if use != wanted:
        raise wrong_use(leaf, "seal" if wanted == "seal" else "approve").problem()
    if isinstance(owner, str):
        named, expected = certificates.agency_of(leaf), owner
    else:
        named, expected = certificates.account_of(leaf), owner.username
    if named is not None and named != expected:
        raise Problem("SIG-MEANS-OWNER", found=named, expected=expected)


def _insert(row: SigningMeans) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Problem("SIG-KEY-EXISTS", account=row.owner) from error


def change_passphrase(
    user: User, old: str, new: str, *, means_id: int | None = None, audit: Audit | None = None
) -> None:
    """Encrypt a key kept here under a new passphrase. Raises as open_means and create_software_key do.

    SIG-MEANS-ELSEWHERE where the key is not kept here: its PIN is changed where it is.
    """
    _check_passphrase(new, user)
    opened = open_means(user, old, means_id=means_id, audit=audit)
    if not isinstance(opened.signer, SoftwareSigner):
        raise Problem("SIG-MEANS-ELSEWHERE")
    with transaction.atomic():
        row = SigningMeans.objects.select_for_update().get(pk=opened.row_id)
        signer_of(row, old)
        row.encrypted_pem = keys.to_pem(opened.signer.private, new)
        row.save(update_fields=["encrypted_pem"])
        report(audit, "signing_passphrase_changed", row)
