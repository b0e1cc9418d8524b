"""Signing a reorganisation with a token in the officer's own machine: drawn up and kept, then taken back signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction

from ccvc.access.domain import Right, Subject, require
from ccvc.accounts.models import User
from ccvc.means.actions import keep_pending, take_pending
from ccvc.means.models import PendingSignature
from ccvc.organisations.actions.reorganising import approve_by, to_sign
from ccvc.organisations.domain.statements import PURPOSE, leaf_of
from ccvc.organisations.models import Reorganisation
from ccvc.signing import certificates, jws
from ccvc.signing.actions import keep_signed, stated
from ccvc.signing.selectors import get_key

REORGANISE = PendingSignature.Kind.REORGANISE


@dataclass(frozen=True, slots=True)
class Handed:
    """What the officer's machine is given: the bytes to sign, the statement they bind, and the steps this binds."""

    pending: PendingSignature
    statement: str
    steps: Sequence[Mapping[str, str]]


def begin_locally(subject: Subject, session: str, key: UUID, seen: str, means_id: int) -> Handed:
    """Draw up and keep what is to be signed there. Raises as `approve_by`, and SIG-NO-KEY."""
    with transaction.atomic():
        found, said = to_sign(subject, key, seen)
    user = User.objects.get(username=subject.username)
    row = get_key(user, means_id)
    chain = certificates.from_pem(row.certificate_pem)
    at, payload = stated(user, chain[0], [leaf_of(said)], agency=settings.CCVC_AGENCY, purpose=PURPOSE)
    prepared = jws.prepare(payload, chain, str(row.place.get("algorithm", "")), at=at)
    about = {"reorganisation": str(key), "seen": seen, "means": row.pk}
    return Handed(keep_pending(subject, session, REORGANISE, prepared, about), said.decode(), found.steps)


def end_locally(subject: Subject, session: str, pending_id: UUID, signature: bytes) -> Reorganisation:
    """Carry out what came back signed. Raises as `take_pending` and `approve_by`."""
    require(subject, Right.ORGANISATION_APPROVE)
    taken = take_pending(subject, session, REORGANISE, pending_id, signature)
    user, about = User.objects.get(username=subject.username), taken.about
    agency = settings.CCVC_AGENCY
    by = partial(keep_signed, user, about["means"], taken.made, agency=agency, purpose=PURPOSE)
    return approve_by(subject, UUID(about["reorganisation"]), about["seen"], by)
