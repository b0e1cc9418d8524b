"""Signing a batch, keeping one received, checking one kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography import x509
from django.utils import timezone

from ccvc.accounts.models import User
from ccvc.signing import algorithms, certificates, jws, selectors, store
from ccvc.signing.actions.opening import OpenKey, unlock
from ccvc.signing.actions.reporting import Audit
from ccvc.signing.approvals import statement, verify_approval
from ccvc.signing.models import Signature, SigningMeans
from ccvc.signing.verification import Trust, Verdict, verdict, verify_certificate
from ccvc.standard.problems import Problem

LONGEST_SIGNING = timedelta(minutes=10)
"""How long after it was drawn up a statement signed elsewhere is still taken."""


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
    _refuse_ended(opened.row_id)
    now, payload = stated(user, opened.cert, leaves, agency=agency, purpose=purpose)
    made = jws.sign_with(payload, opened.signer, at=now)
    return _keep(made, b"".join(leaves), opened.cert, name=user.full_name, at=now)


def stated(
    user: User, cert: x509.Certificate, leaves: Sequence[bytes], *, agency: str, purpose: str
) -> tuple[datetime, bytes]:
    """The moment and the statement a person would sign with this certificate; any verdict on it but valid is raised."""
    now = timezone.now().replace(microsecond=0)
    verify_certificate(cert, store.trust(), now, "approve", agency).required("certificate")
    name, account = user.full_name, user.username
    return now, statement(leaves, agency=agency, purpose=purpose, at=now, account=account, name=name)


def _refuse_ended(means_id: int) -> None:
    """What was taken out of force while it was open signs no more."""
    row = SigningMeans.objects.filter(pk=means_id).only("revoked_at", "label").first()
    if row is None or row.revoked_at is not None:
        raise Problem("SIG-MEANS-ENDED", label=row.label if row else "?")


def keep_signed(
    user: User,
    means_id: int,
    made: dict[str, Any],
    leaves: Sequence[bytes],
    *,
    agency: str,
    purpose: str,
) -> Signature:
    """Keep an approval a person signed elsewhere a moment ago, with this means of theirs, over these leaf hashes.

    Judged now, from its own bytes. Raises SIG-MEANS-ENDED, SIG-MEANS-OWNER for another certificate, SIG-SIGNED-OTHER
    where it says something else than was asked for, SIG-SIGNED-LATE, and any verdict but valid.
    """
    row = selectors.get_key(user, means_id)
    now = timezone.now()
    judged = verify_approval(made, b"".join(leaves), store.trust(), now)
    judged.verdict.required("jws")
    if judged.statement is None or judged.certificate is None:
        raise AssertionError("a valid approval has a statement and a certificate")
    said, cert = judged.statement, judged.certificate
    if cert != certificates.from_pem(row.certificate_pem)[0]:
        raise Problem("SIG-MEANS-OWNER", found=certificates.name_of(cert), expected=row.label)
    if (said.agency, said.purpose, said.approver.account) != (agency, purpose, user.username):
        raise Problem("SIG-SIGNED-OTHER")
    if not -certificates.SKEW <= now - said.at <= LONGEST_SIGNING:
        raise Problem("SIG-SIGNED-LATE", minutes=LONGEST_SIGNING.seconds // 60)
    return _keep(made, b"".join(leaves), cert, name=said.approver.name, at=said.at)


def keep_approval(made: dict[str, Any], leaves: bytes, *, at: datetime | None = None) -> Signature:
    """Keep an approval that another node sent; the same one again gives the row kept before.

    Judged at a moment, or else when it says it was made; any verdict but valid is raised as its Problem.
    """
    judged = verify_approval(made, leaves, store.trust(), at)
    judged.verdict.required("jws")
    if judged.statement is None or judged.certificate is None:
        raise AssertionError("a valid approval has a statement and a certificate")
    said = judged.statement
    return _keep(made, leaves, judged.certificate, name=said.approver.name, at=said.at)


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
    said = judged.statement
    columns = {
        "payload": bytes(signature.payload) == jws.payload_of(signature.jws),
        "signer_name": signature.signer_name == said.approver.name,
        "serial": signature.serial == certificates.serial_of(judged.certificate),
        "at": signature.at == said.at,
        "digest": signature.digest == _digest(signature.jws),
    }
    wrong = next((name for name, fits in columns.items() if not fits), None)
    if wrong and judged.verdict.status != "invalid":
        return verdict("invalid", "SIG-BATCH-PAYLOAD", judged.certificate, detail=wrong)
    if judged.verdict.status != "invalid":
        return _ended(judged.certificate, said.at) or judged.verdict
    return judged.verdict


def _ended(cert: x509.Certificate, at: datetime) -> Verdict | None:
    """Whether this node knows that what was signed with it at a moment does not count, whatever the lists say."""
    for row in selectors.revoked([certificates.serial_of(cert)]):
        since = row.revoked_from
        if since is not None and since <= at and certificates.from_pem(row.certificate_pem)[0] == cert:
            day = f"{algorithms.local(since):%H:%M %d/%m/%Y}"
            return verdict("invalid", "SIG-REVOKED-FROM", cert, name=certificates.name_of(cert), since=day)
    return None


def _digest(made: dict[str, Any]) -> str:
    covered, signature = jws.signing_input(made)
    return sha256(covered + b"." + signature).hexdigest()
