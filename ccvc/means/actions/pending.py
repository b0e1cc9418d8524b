"""Signing in two steps: what is to be signed is kept here, signed in the officer's own machine, and taken back once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.accounts.models import User
from ccvc.means.models import PendingSignature
from ccvc.signing import jws
from ccvc.standard.problems import Problem

LIFE = timedelta(minutes=8)
KEPT = timedelta(days=1)
"""Shorter than a statement is taken for (signing.actions.approving), and how long what is over is kept."""


@dataclass(frozen=True)
class Taken:
    """A message signed elsewhere, and what it was for."""

    made: dict[str, Any]
    about: dict[str, Any]


def keep_pending(
    subject: Subject, session: str, kind: PendingSignature.Kind, prepared: bytes, about: dict[str, Any]
) -> PendingSignature:
    """Keep bytes to be signed for this account and sign-in; what is long over is thrown away."""
    now = timezone.now()
    PendingSignature.objects.filter(expires_at__lt=now - KEPT).delete()
    return PendingSignature.objects.create(
        kind=kind,
        user=User.objects.get(username=subject.username),
        session=_digest(session),
        prepared=prepared.decode(),
        about=about,
        expires_at=now + LIFE,
    )


def take_pending(
    subject: Subject, session: str, kind: PendingSignature.Kind, pending_id: UUID, signature: bytes
) -> Taken:
    """The message of the bytes kept and their signature; whatever becomes of it, it is used up.

    Problem SIG-PENDING, and SIG-KEY-MISMATCH where the signature is not over exactly these bytes by the key they name.
    Must run outside a transaction (RuntimeError).
    """
    row = claim_pending(subject, session, kind, pending_id)
    return Taken(jws.join(row.prepared.encode(), signature), row.about)


def claim_pending(
    subject: Subject, session: str, kind: PendingSignature.Kind, pending_id: UUID
) -> PendingSignature:
    """What was kept for this account and sign-in, once; as `take_pending` raises."""
    now = timezone.now()
    with transaction.atomic(durable=True):
        found = PendingSignature.objects.filter(
            pk=pending_id,
            kind=kind,
            user__username=subject.username,
            session=_digest(session),
            taken_at=None,
            expires_at__gt=now,
        )
        if not found.update(taken_at=now):
            raise Problem("SIG-PENDING")
    return PendingSignature.objects.get(pk=pending_id)


def _digest(session: str) -> str:
    return sha256(session.encode()).hexdigest()
