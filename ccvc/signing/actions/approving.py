"""Signing a batch, keeping one received, checking one kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography import x509
from django.db import connection, transaction
from django.utils import timezone

from ccvc.accounts.models import User
from ccvc.signing import authority, certificates, jws, selectors, services, timestamps
from ccvc.signing.actions.opening import OpenKey, unlock
from ccvc.signing.actions.reporting import Audit
from ccvc.signing.actions.stamping import renew_by
from ccvc.signing.approvals import Statement, stated_in, statement, verify_approval
from ccvc.signing.longterm import Evidence
from ccvc.signing.models import Signature, SigningMeans
from ccvc.signing.timestamps import Stamp
from ccvc.signing.verdicts import check
from ccvc.signing.verification import Trust, Verdict, path_of, verdict, verify_certificate
from ccvc.standard.problems import Problem

AWAITED = timedelta(hours=1)
"""How long the stamp of an approval that was received is left to its sender to have."""
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
    unlock), and of a service elsewhere nothing there: SIG-MEANS-AWAY. Raises SIG-BATCH-EMPTY, the problems of unlock,
    and any verdict on the certificate but valid.
    """
    opened = secret if isinstance(secret, OpenKey) else unlock(user, secret, audit=audit)
    if opened.user.pk != user.pk:
        raise ValueError("the open key is another account's")
    _refuse_ended(opened.row_id)
    now, payload = stated(user, opened.cert, leaves, agency=agency, purpose=purpose)
    try:
        made = jws.sign_with(payload, opened.signer, at=now)
    except RuntimeError as error:
        if not opened.away:
            raise
        raise Problem("SIG-MEANS-AWAY") from error
    return _keep(made, b"".join(leaves), opened.cert, name=user.full_name, at=now)


def stated(
    user: User, cert: x509.Certificate, leaves: Sequence[bytes], *, agency: str, purpose: str
) -> tuple[datetime, bytes]:
    """The moment and the statement a person would sign with this certificate.

    Any verdict on it but valid is raised, and that approving has paused since services of authorities have been silent
    for too long: SIG-REVOCATION-DOWN, SIG-TIMESTAMP-DOWN, SIG-TIMESTAMP-BACKLOG.
    """
    now = timezone.now().replace(microsecond=0)
    known = services.trust([cert])
    found = verify_certificate(cert, known, now, "approve", agency)
    services.refuse_unsure(found, path_of(cert, known) or [cert], known, now)
    services.refuse_unstamped()
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
    known = services.trust(jws.chain_of(made))
    judged = verify_approval(made, b"".join(leaves), known, now)
    if judged.statement is None or judged.certificate is None:
        raise judged.verdict.problem("jws")
    services.refuse_unsure(judged.verdict, path_of(judged.certificate, known) or [], known, now)
    said, cert = judged.statement, judged.certificate
    if cert != certificates.from_pem(row.certificate_pem)[0]:
        raise Problem("SIG-MEANS-OWNER", found=certificates.name_of(cert), expected=row.label)
    if (said.agency, said.purpose, said.approver.account) != (agency, purpose, user.username):
        raise Problem("SIG-SIGNED-OTHER")
    if not -certificates.SKEW <= now - said.at <= LONGEST_SIGNING:
        raise Problem("SIG-SIGNED-LATE", minutes=LONGEST_SIGNING.seconds // 60)
    return _keep(made, b"".join(leaves), cert, name=said.approver.name, at=said.at)


def keep_approval(
    made: dict[str, Any],
    leaves: bytes,
    *,
    at: datetime | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> Signature:
    """Keep an approval that another node sent, with its evidence; the same one again gives the row kept before.

    Judged at a moment, or else when it was made; any verdict but valid is raised as its Problem.
    """
    read = Evidence.read(evidence) if evidence else None
    judged = verify_approval(made, leaves, services.trust(), at, evidence=read)
    judged.verdict.required("jws")
    if judged.statement is None or judged.certificate is None:
        raise AssertionError("a valid approval has a statement and a certificate")
    said = judged.statement
    awaited = timezone.now() + AWAITED
    row = _keep(made, leaves, judged.certificate, name=said.approver.name, at=said.at, gather_after=awaited)
    if read is not None and judged.stamp is not None and row.stamped_at is None:
        _keep_evidence(row, read, judged.stamp)
    return row


@transaction.atomic
def take_evidence(digest: str, given: Mapping[str, Any]) -> bool:
    """Keep what another node gathered later beside an approval held here, where it proves more; whether it did.

    It is named by the SHA-256 of what was signed and the signature. What proves no earlier time, and adds no stamp,
    leaves what is held. Problem SIG-EVIDENCE where it is none. Lock: the signature.
    """
    read = Evidence.read(given)
    row = Signature.objects.select_for_update().filter(digest=digest).first()
    if row is None or not read.is_whole:
        return False
    known = services.trust(jws.chain_of(row.jws))
    judged = verify_approval(row.jws, bytes(row.leaves), known, evidence=read, held_since=row.kept_at)
    if (
        judged.stamp is None
        or judged.verdict.status == "invalid"
        or not _proves_more(row, read, judged.stamp)
    ):
        return False
    _keep_evidence(row, read, judged.stamp)
    return True


def _proves_more(row: Signature, read: Evidence, stamp: Stamp) -> bool:
    """An earlier time than what is held, or the same stamp stamped again."""
    if row.stamped_at is None or not row.evidence:
        return True
    held = Evidence.read(row.evidence)
    if held.tokens()[0] != read.tokens()[0]:
        return stamp.at < row.stamped_at
    return len(read.items) > len(held.items)


def _keep_evidence(row: Signature, evidence: Evidence, stamp: Stamp) -> None:
    """Evidence that proves its time; one that does not is left to be had from this node's own authority."""
    last = timestamps.read(evidence.tokens()[-1])
    row.evidence, row.stamped_at = evidence.written(), stamp.at
    row.renew_by = renew_by(last, services.trust())
    row.gather_after = None if evidence.is_whole else timezone.now()
    row.save(update_fields=["evidence", "stamped_at", "renew_by", "gather_after"])


def _keep(
    made: dict[str, Any],
    leaves: bytes,
    cert: x509.Certificate,
    *,
    name: str,
    at: datetime,
    gather_after: datetime | None = None,
) -> Signature:
    row = Signature(
        gather_after=gather_after,
        payload=jws.payload_of(made),
        jws=made,
        leaves=leaves,
        digest=digest_of(made),
        signer_name=name,
        serial=certificates.serial_of(cert),
        at=at,
    )
    return row if _insert(row) else Signature.objects.get(digest=row.digest)


def _insert(row: Signature) -> bool:
    """Write a signature, in one statement; whether it was not there before."""
    fields = Signature._meta.concrete_fields  # noqa: SLF001 - Django's public API
    columns, marks = ", ".join(f'"{field.column}"' for field in fields), ", ".join("%s" for _ in fields)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO signing_signature ({columns}) VALUES ({marks}) ON CONFLICT (digest) DO NOTHING",  # noqa: S608 - our own names
            values,
        )
        row._state.adding = False  # noqa: SLF001 - Django's public API: the row is there, and is saved as such from now on
        return bool(cursor.rowcount)


def verify_batch(signature: Signature, trust: Trust | None = None, *, now: datetime | None = None) -> Verdict:
    """Check a kept signature anew from its own bytes and its evidence, at the time proved or else said.

    `now`: by what is known at a moment, to see what will be said then.
    """
    try:
        evidence = Evidence.read(signature.evidence) if signature.evidence else None
        known = services.trust(jws.chain_of(signature.jws)) if trust is None else trust
    except Problem as problem:
        return verdict("invalid", problem.code, **problem.params)
    judged = verify_approval(
        signature.jws,
        bytes(signature.leaves),
        known,
        evidence=evidence,
        now=now,
        held_since=signature.kept_at,
    )
    if judged.statement is None or judged.certificate is None:
        return judged.verdict
    if judged.verdict.status == "invalid":
        return judged.verdict
    wrong = _wrong_column(signature, judged.statement, judged.certificate)
    if wrong:
        return judged.verdict.then(check("content", "invalid", "SIG-BATCH-PAYLOAD", detail=wrong))
    return judged.verdict


def examine(signature: Signature, *, now: datetime | None = None) -> Verdict:
    """The whole verdict on a kept signature, the authority of its signer on that day too."""
    found = verify_batch(signature, now=now)
    if found.status == "invalid":
        return found
    return found.then(*authority.checks(stated_in(signature.jws), signature.stamped_at or signature.at))


def _wrong_column(signature: Signature, said: Statement, cert: x509.Certificate) -> str | None:
    """Which column of a kept signature is not what was signed."""
    columns = {
        "payload": bytes(signature.payload) == jws.payload_of(signature.jws),
        "signer_name": signature.signer_name == said.approver.name,
        "serial": signature.serial == certificates.serial_of(cert),
        "at": signature.at == said.at,
        "digest": signature.digest == digest_of(signature.jws),
    }
    return next((name for name, fits in columns.items() if not fits), None)


def digest_of(made: Mapping[str, Any]) -> str:
    """What names a signature: SHA-256 over what was signed, a dot, and the signature."""
    covered, signature = jws.signing_input(made)
    return sha256(covered + b"." + signature).hexdigest()
