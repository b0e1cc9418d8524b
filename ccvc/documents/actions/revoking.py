"""Revoking a document: it stays as it is, and everyone who checks it learns that it holds no more."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject, denied
from ccvc.documents import domain, selectors
from ccvc.documents.models import Document, State
from ccvc.documents.verification import REVOKED
from ccvc.ledger import actions as ledger
from ccvc.organisations.selectors import reach
from ccvc.standard.problems import Problem

LONGEST = 500


@transaction.atomic
def revoke(subject: Subject, pk: UUID, reason: str) -> Document:
    """Revoke a document: whoever may sign for its unit, and its issuer until it is signed.

    Problem DOC-UNKNOWN, ACC-DENIED, DOC-REASON, DOC-REVOKED, DOC-DECISION.
    """
    selectors.document(subject, pk)
    row = Document.objects.select_for_update().get(pk=pk)
    domain.refuse_decision(row.kind)
    may = row.unit_id in reach(subject, Right.DOCUMENT_SIGN, timezone.localdate())
    unsigned = row.state == State.ISSUED and row.issued_by == subject.username
    if not may and not unsigned:
        raise denied(Right.DOCUMENT_SIGN)
    return revoked(subject, row, reason)


def revoked(subject: Subject, row: Document, reason: str) -> Document:
    """A locked row revoked, by whoever the caller found may. Problem DOC-REASON, DOC-REVOKED."""
    if not reason.strip():
        raise Problem("DOC-REASON", where="reason")
    if row.state == State.REVOKED:
        raise Problem("DOC-REVOKED")
    row.state, row.revoked_at, row.revoked_by = State.REVOKED, timezone.now(), subject.username
    row.revoked_reason = " ".join(reason.split())[:LONGEST]
    row.save(update_fields=["state", "revoked_at", "revoked_by", "revoked_reason"])
    payload = {
        "document": str(row.pk),
        "number": str(row),
        "reason": row.revoked_reason,
        "by": subject.username,
    }
    ledger.append(REVOKED, str(row.pk), payload)
    return row
