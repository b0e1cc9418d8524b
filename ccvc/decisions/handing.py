"""Signing a decision with a token in the signer's own machine: statement and paper go out together and come back once.

Both signatures come back or none counts; what was handed is held against what is there then.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings

from ccvc.access.domain import Right, Subject, require
from ccvc.accounts.models import User
from ccvc.changes.actions.approving import PURPOSE
from ccvc.decisions import signing
from ccvc.decisions.models import Decision
from ccvc.decisions.signing import Ready
from ccvc.documents import actions as documents
from ccvc.documents.domain import grouped
from ccvc.documents.handing import Prepared
from ccvc.documents.models import Document
from ccvc.evidence import storage
from ccvc.means.actions import claim_pending, keep_pending
from ccvc.means.models import PendingSignature
from ccvc.signing import certificates, jws
from ccvc.signing.actions import keep_signed, stated
from ccvc.signing.helper.reading import MOST_CHANGES
from ccvc.signing.selectors import get_key
from ccvc.standard.problems import Problem

DECISION = PendingSignature.Kind.DECISION
SIGNATURES = 2
"""The statement's, then the paper's."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What the signer's machine is given: the bytes to sign, what they bind, and the paper as it will be."""

    pending: PendingSignature
    ready: Ready
    document: Document
    paper: Prepared


def begin_locally(subject: Subject, session: str, decision_id: UUID, seen_root: str, means_id: int) -> Handed:
    """Draw up both and keep them. As `signing.sign` raises, SIG-NO-KEY, SIG-LOCAL-MANY."""
    document = signing.paper_to_sign(subject, decision_id)
    ready = signing.shown(signing.prepare(subject, decision_id), seen_root)
    if len(ready.prepared.changes) > MOST_CHANGES:
        raise Problem("SIG-LOCAL-MANY", most=MOST_CHANGES, got=len(ready.prepared.changes))
    user = User.objects.get(username=subject.username)
    means = get_key(user, means_id)
    chain, algorithm = certificates.from_pem(means.certificate_pem), str(means.place.get("algorithm", ""))
    at, payload = stated(user, chain[0], ready.leaves, agency=settings.CCVC_AGENCY, purpose=PURPOSE)
    paper = documents.signature_to_hand(subject, document, chain, algorithm, at)
    added = paper.file[document.issued_size :]
    about = {
        "decision": str(decision_id),
        "root": seen_root,
        "means": means.pk,
        "at": at.isoformat(),
        "added": base64.b64encode(added).decode(),
        "start": paper.start,
        "end": paper.end,
        "attributes": base64.b64encode(paper.attributes).decode(),
    }
    prepared = jws.prepare(payload, chain, algorithm, at=at)
    return Handed(keep_pending(subject, session, DECISION, prepared, about), ready, document, paper)


def given(handed: Handed) -> dict[str, Any]:
    """All the signing program reads of a decision, as JSON."""
    prepared, document, paper = handed.ready.prepared, handed.document, handed.paper
    lines = zip(prepared.approved, prepared.changes, strict=True)
    shown = {
        "title": document.title,
        "number": str(document),
        "code": grouped(document.code),
        "attributes": base64.b64encode(paper.attributes).decode(),
        "pdf": base64.b64encode(paper.file).decode(),
        "gap": [paper.start, paper.end],
    }
    return {
        "id": str(handed.pending.pk),
        "prepared": handed.pending.prepared,
        "changes": [
            {"statement": one.statement_bytes.decode(), "name": change.full_name} for one, change in lines
        ],
        "decision": handed.ready.stated.decode(),
        "size": document.issued_size,
        "documents": [shown],
    }


def end_locally(subject: Subject, session: str, pending_id: UUID, signatures: Sequence[bytes]) -> Decision:
    """Keep both signatures with what they bring about. Problem SIG-PENDING, SIG-KEY-MISMATCH, as `signing.sign`."""
    require(subject, Right.DECISION_SIGN)
    pending = claim_pending(subject, session, DECISION, pending_id)
    if len(signatures) != SIGNATURES:
        raise Problem("SIG-PENDING", where="signature")
    about, decision_id = pending.about, UUID(pending.about["decision"])
    user = User.objects.get(username=subject.username)
    means = get_key(user, about["means"])
    chain, algorithm = certificates.from_pem(means.certificate_pem), str(means.place.get("algorithm", ""))
    approval = jws.join(pending.prepared.encode(), signatures[0])
    document = signing.paper_to_sign(subject, decision_id)
    added, attributes = (base64.b64decode(about[name]) for name in ("added", "attributes"))
    paper = Prepared(storage.read(document.sha256) + added, about["start"], about["end"], attributes)
    at = datetime.fromisoformat(about["at"])
    made = documents.signature_handed(paper, chain, algorithm, signatures[1], at)
    by = partial(keep_signed, user, means.pk, approval, agency=settings.CCVC_AGENCY, purpose=PURPOSE)
    return signing.sign_together(subject, decision_id, about["root"], by, made)
