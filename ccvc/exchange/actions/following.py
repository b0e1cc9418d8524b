"""What follows approvals that were sent: evidence gathered since, and certificates that no longer count.

Lines of kind `share`, queued by the node's round of sending, in both directions; see decision 0026.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.exchange.actions.streams import lock_stream
from ccvc.exchange.domain.following import LONGEST_REASON, EvidenceLine, RevocationLine
from ccvc.exchange.domain.manifest import Kind
from ccvc.exchange.domain.records import ApprovalLine, decode_line, line_bytes, under
from ccvc.exchange.models import Carried, Cursor, Peer, Queued
from ccvc.ledger import actions as ledger
from ccvc.signing import algorithms, certificates, services
from ccvc.signing.actions import Word, digest_of, end_certificate, revoke_means, take_evidence
from ccvc.signing.approvals import stated_in
from ccvc.signing.certificates import SKEW, agency_of
from ccvc.signing.models import EndedCertificate, Signature, SigningMeans
from ccvc.signing.unreadable import UNREADABLE
from ccvc.signing.verification import path_of
from ccvc.standard.problems import Problem

log = structlog.get_logger(__name__)
AT_ONCE = 100
ENDING = timedelta(days=91)
"""Stamps are made again 90 days before they end: only what ends by then can have been."""


def note_carried(peer: Peer, signatures: Iterable[Signature]) -> None:
    """Keep how far the evidence of approvals is that go to a peer, where any is asked for or there."""
    rows = [
        Carried(peer=peer, signature=one, is_open=not _is_whole(one), renew_by=one.renew_by)
        for one in signatures
        if one.evidence or settings.CCVC_TIMESTAMP_URLS
    ]
    Carried.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["peer", "signature"],
        update_fields=["is_open", "renew_by"],
    )


def approved_in(lines: Iterable[bytes]) -> list[Signature]:
    """The approvals kept here that stand in content lines; lines of other kinds are passed over."""
    digests = []
    for raw in lines:
        with suppress(Problem):
            line = decode_line(raw)
            digests += [digest_of(line.jws)] if isinstance(line, ApprovalLine) else []
    return list(Signature.objects.filter(digest__in=digests))


def _is_whole(row: Signature) -> bool:
    return row.stamped_at is not None and row.gather_after is None


def queue_following(peer: Peer) -> int:
    """Queue what has become known since of what the peer holds; how many lines. One group a package."""
    return _queue_evidence(peer) + _queue_ended(peer)


@transaction.atomic
def _queue_evidence(peer: Peer) -> int:
    """Evidence that was gathered since its approval went. Lock: Cursor(out)."""
    later = Q(renew_by__lte=timezone.now() + ENDING, signature__renew_by__gt=F("renew_by"))
    whole = Q(signature__stamped_at__isnull=False, signature__gather_after=None)
    due = Carried.objects.filter(Q(is_open=True) | later, whole, peer=peer).select_related("signature")
    if not due.exists():
        return 0
    lock_stream(peer, Cursor.Direction.OUT)
    found = [row.signature for row in due.order_by("pk")[:AT_ONCE]]
    lines = [line_bytes(EvidenceLine(one.digest, orjson.loads(one.evidence))) for one in found]
    _queue(peer, lines)
    note_carried(peer, found)
    return len(lines)


@transaction.atomic
def _queue_ended(peer: Peer) -> int:
    """Certificates this node says do not count from a moment on, to whom it concerns. Lock: Cursor(out)."""
    rows = EndedCertificate.objects.filter(sent_at=None, told_by=settings.CCVC_AGENCY).order_by("told_at")
    if not rows.exists():
        return 0
    lock_stream(peer, Cursor.Direction.OUT)
    to_national = peer.agency_code == settings.CCVC_NATIONAL_AGENCY
    found = [row for row in rows if to_national or under(row.agency, peer.agency_code)][:AT_ONCE]
    _queue(peer, [line_bytes(_told(row)) for row in found])
    EndedCertificate.objects.filter(pk__in=[row.pk for row in found]).update(sent_at=timezone.now())
    return len(found)


def _told(row: EndedCertificate) -> RevocationLine:
    der = certificates.from_pem(row.pem)[0].public_bytes(Encoding.DER)
    return RevocationLine(der, row.since, row.taken, row.reason)


def _queue(peer: Peer, lines: list[bytes]) -> None:
    group: UUID = uuid4()
    Queued.objects.bulk_create(
        [Queued(peer=peer, kind=Kind.SHARE.value, line=line, group=group) for line in lines]
    )


def keep_evidence(line: EvidenceLine, sender: str) -> None:
    """Keep evidence that proves more than what is held of an approval of the sender's; else it is noted and left."""
    row = Signature.objects.filter(digest=line.signature).only("jws").first()
    if row is None or not _is_of(row.jws, sender):
        log.warning("exchange.evidence", sender=sender, signature=line.signature, reason="not held of it")
        return
    try:
        taken = take_evidence(line.signature, line.evidence)
    except Problem as problem:
        log.warning("exchange.evidence", sender=sender, signature=line.signature, code=problem.code)
    else:
        log.info("exchange.evidence", sender=sender, signature=line.signature, taken=taken)


def _is_of(jws: Mapping[str, Any], sender: str) -> bool:
    return under(stated_in(jws).agency, sender)


def take_revocation(subject: Subject, line: RevocationLine, sender: str) -> None:
    """Take that a certificate of the sender's, or any if it is the national node, does not count from a moment on.

    A means of this node's with that certificate is ended too. Problem EXC-REVOCATION.
    """
    cert = _read(line, sender)
    told = Word(line.since, line.taken, line.reason, sender)
    end_certificate(cert, told, audit=ledger.append)
    serial = certificates.serial_of(cert)
    for row in SigningMeans.objects.filter(serial=serial, revoked_at=None).select_related("user"):
        if certificates.from_pem(row.certificate_pem)[0] == cert:
            reason = f"{sender}: {line.reason}"[:LONGEST_REASON]
            revoke_means(
                row.user or row.agency,
                row.pk,
                reason,
                since=line.since if line.taken else None,
                by=subject.username,
                audit=ledger.append,
            )


def _read(line: RevocationLine, sender: str) -> x509.Certificate:
    """The certificate a line speaks of, if the sender may speak of it; Problem EXC-REVOCATION."""
    try:
        cert = x509.load_der_x509_certificate(line.certificate)
    except UNREADABLE as error:
        raise Problem("EXC-REVOCATION", where="certificate", reason=str(error)) from error
    if not certificates.readable(cert) or path_of(cert, services.trust([cert])) is None:
        raise Problem("EXC-REVOCATION", where="certificate", reason="issuer")
    if sender != settings.CCVC_NATIONAL_AGENCY and not under(agency_of(cert) or "?", sender):
        raise Problem("EXC-REVOCATION", where="certificate", reason=f"{agency_of(cert)} ≠ {sender}")
    if not algorithms.told(line.since) or line.since > timezone.now() + SKEW:
        raise Problem("EXC-REVOCATION", where="since", reason=f"{line.since:%Y-%m-%dT%H:%M:%SZ} > now")
    return cert
