"""Making, opening and revoking signing keys; signing a batch, keeping one received, checking one kept.

An act on a key is reported to `audit` (kind, subject, payload), in the same transaction: the room of the
ledger stands above this one, so its `append` is handed in by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography import x509
from django.db import IntegrityError, transaction
from django.utils import timezone

from ccvc.accounts.models import User
from ccvc.signing import algorithms, certificates, domain, jws, keys, store
from ccvc.signing.approvals import statement, verify_approval
from ccvc.signing.models import Signature, SoftwareKey
from ccvc.signing.selectors import find_key, get_key
from ccvc.signing.verification import Trust, Verdict, verdict, verify_certificate, wrong_use
from ccvc.standard.problems import Problem

Audit = Callable[[str, str, dict[str, Any]], object]
"""What ledger.actions.append is: kind, subject, payload."""


@dataclass(frozen=True)
class OpenKey:
    """A person's key while it is open; it cannot be printed or stored."""

    user: User
    row_id: int
    chain: tuple[x509.Certificate, ...]
    private: keys.PrivateKey = field(repr=False)

    @property
    def cert(self) -> x509.Certificate:
        """The certificate of the key."""
        return self.chain[0]


def create_software_key(
    user: User, passphrase: str, issue: Callable[[str], str], *, audit: Audit | None = None
) -> SoftwareKey:
    """Make a key for an account; `issue` turns a request (PEM) into a certificate chain (PEM).

    Raises SIG-PASSPHRASE-SHORT, SIG-PASSPHRASE-WEAK, SIG-KEY-EXISTS, SIG-KEY-MISMATCH, SIG-USE.
    """
    keys.check_passphrase(passphrase, user.username)
    if find_key(user):
        raise Problem("SIG-KEY-EXISTS", account=user.username)
    key = keys.generate()
    chain_pem = issue(certificates.request(key, common_name=user.username, person=user.full_name))
    leaf = _own_certificate(key, chain_pem)
    row = SoftwareKey(
        user=user,
        encrypted_pem=keys.to_pem(key, passphrase),
        certificate_pem=chain_pem,
        serial=certificates.serial_of(leaf),
    )
    with transaction.atomic():
        _insert(row)
        _report(audit, "signing_key_created", row, certificate_sha256=certificates.fingerprint(leaf))
    return row


def _insert(row: SoftwareKey) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Problem("SIG-KEY-EXISTS", account=row.user.username) from error


def _own_certificate(key: keys.PrivateKey, chain_pem: str) -> x509.Certificate:
    leaf = certificates.from_pem(chain_pem)[0]
    if leaf.public_key() != key.public_key():
        raise Problem("SIG-KEY-MISMATCH")
    if certificates.use_of(leaf) != "approve":
        raise wrong_use(leaf, "approve").problem()
    return leaf


def _report(audit: Audit | None, act: str, row: SoftwareKey, **more: Any) -> None:
    if audit is not None:
        account = row.user.username
        audit("administrative", account, {"act": act, "account": account, "serial": row.serial, **more})


@transaction.atomic
def revoke_software_key(user: User, reason: str, *, audit: Audit | None = None) -> SoftwareKey:
    """Take the account's key out of force here; the authority's list is a separate act. Raises SIG-NO-KEY."""
    row = _locked(user)
    row.revoked_at = timezone.now()
    row.save(update_fields=["revoked_at"])
    _report(audit, "signing_key_revoked", row, reason=reason)
    return row


def change_passphrase(user: User, old: str, new: str, *, audit: Audit | None = None) -> None:
    """Encrypt the account's key under a new passphrase. Raises as unlock and check_passphrase do."""
    keys.check_passphrase(new, user.username)
    opened = unlock(user, old, audit=audit)
    with transaction.atomic():
        row = SoftwareKey.objects.select_for_update().get(pk=opened.row_id)
        row.encrypted_pem = keys.to_pem(opened.private, new)
        row.save(update_fields=["encrypted_pem"])
        _report(audit, "signing_passphrase_changed", row)


def unlock(user: User, passphrase: str, *, audit: Audit | None = None) -> OpenKey:
    """Open the account's key. Raises SIG-NO-KEY, SIG-LOCKED, SIG-PASSPHRASE.

    Must run outside a transaction (RuntimeError otherwise): a wrong passphrase is counted and reported even
    though what the caller was about to do is given up. Attempts at one key wait for each other.
    """
    with transaction.atomic(durable=True):
        row = _locked(user)
        opened = _try(row, passphrase)
        if opened is None:
            _count_failure(row, audit)
        elif row.failed_attempts:
            row.failed_attempts, row.locked_until = 0, None
            row.save(update_fields=["failed_attempts", "locked_until"])
    if opened is None:
        raise Problem("SIG-PASSPHRASE", where="passphrase")
    return OpenKey(user, row.pk, certificates.from_pem(row.certificate_pem), opened)


def _locked(user: User) -> SoftwareKey:
    row = SoftwareKey.objects.select_for_update().filter(user=user, revoked_at=None).first()
    return row or get_key(user)


def _try(row: SoftwareKey, passphrase: str) -> keys.PrivateKey | None:
    if row.locked_until is not None and timezone.now() < row.locked_until:
        raise Problem("SIG-LOCKED", until=f"{algorithms.local(row.locked_until):%H:%M %d/%m/%Y}")
    try:
        return keys.from_pem(row.encrypted_pem, passphrase)
    except Problem:
        return None


def _count_failure(row: SoftwareKey, audit: Audit | None) -> None:
    row.failed_attempts += 1
    wait = domain.blocked_for(row.failed_attempts)
    row.locked_until = timezone.now() + wait if wait else None
    row.save(update_fields=["failed_attempts", "locked_until"])
    _report(audit, "signing_passphrase_wrong", row, attempt=row.failed_attempts, blocked=wait is not None)


def sign_batch(
    user: User,
    secret: str | OpenKey,
    leaves: Sequence[bytes],
    *,
    agency: str,
    purpose: str,
    audit: Audit | None = None,
) -> Signature:
    """Sign the Merkle root of leaf hashes as an approval for an agency, and keep the signature.

    Inside a transaction give the key that unlock opened before it; a passphrase is taken only outside (see
    unlock). Raises SIG-BATCH-EMPTY, the problems of unlock, and any verdict on the certificate but valid.
    """
    opened = secret if isinstance(secret, OpenKey) else unlock(user, secret, audit=audit)
    if opened.user.pk != user.pk:
        raise ValueError("the open key is another account's")
    now = timezone.now().replace(microsecond=0)
    verify_certificate(opened.cert, store.trust(), now, "approve", agency).required("certificate")
    payload = statement(
        leaves, agency=agency, purpose=purpose, at=now, account=user.username, name=user.full_name
    )
    made = jws.sign(payload, opened.private, opened.chain, at=now)
    return _keep(made, b"".join(leaves), opened.cert, name=user.full_name, at=now)


def keep_approval(made: dict[str, Any], leaves: bytes, *, at: datetime | None = None) -> Signature:
    """Keep an approval that another node sent; the same one again gives the row kept before.

    Judged at a moment, or else when it says it was made; any verdict but valid is raised as its Problem.
    """
    judged = verify_approval(made, leaves, store.trust(), at)
    judged.verdict.required("jws")
    if judged.statement is None or judged.certificate is None:
        raise AssertionError("a valid approval has a statement and a certificate")
    stated = judged.statement
    return _keep(made, leaves, judged.certificate, name=stated.approver.name, at=stated.at)


def _keep(
    made: dict[str, Any], leaves: bytes, cert: x509.Certificate, *, name: str, at: datetime
) -> Signature:
    row, _ = Signature.objects.get_or_create(
        digest=_digest(made),
        defaults={
            "payload": jws.payload_of(made),
            "jws": made,
            "leaves": leaves,
            "signer_name": name,
            "serial": certificates.serial_of(cert),
            "at": at,
        },
    )
    return row


def verify_batch(signature: Signature, trust: Trust | None = None) -> Verdict:
    """Check a kept signature anew from its own bytes, its certificate judged at the time of signing."""
    leaves = bytes(signature.leaves)
    judged = verify_approval(signature.jws, leaves, store.trust() if trust is None else trust)
    if judged.statement is None or judged.certificate is None:
        return judged.verdict
    stated = judged.statement
    columns = {
        "payload": bytes(signature.payload) == jws.payload_of(signature.jws),
        "signer_name": signature.signer_name == stated.approver.name,
        "serial": signature.serial == certificates.serial_of(judged.certificate),
        "at": signature.at == stated.at,
        "digest": signature.digest == _digest(signature.jws),
    }
    wrong = next((name for name, fits in columns.items() if not fits), None)
    if wrong and judged.verdict.status != "invalid":
        return verdict("invalid", "SIG-BATCH-PAYLOAD", judged.certificate, detail=wrong)
    return judged.verdict


def _digest(made: dict[str, Any]) -> str:
    covered, signature = jws.signing_input(made)
    return sha256(covered + b"." + signature).hexdigest()
