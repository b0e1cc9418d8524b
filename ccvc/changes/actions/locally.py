"""Approving with a token in the officer's own machine, in two steps: drawn up and kept, then taken back signed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from ccvc.access.domain import Right, Subject, require
from ccvc.accounts.models import User
from ccvc.changes.actions.approving import Approved, approve_signed, draw_up
from ccvc.means.actions import keep_pending, take_pending
from ccvc.means.models import PendingSignature
from ccvc.signing import certificates, jws
from ccvc.signing.helper.reading import MOST_CHANGES
from ccvc.signing.selectors import get_key
from ccvc.standard.problems import Problem

APPROVE = PendingSignature.Kind.APPROVE


@dataclass(frozen=True, slots=True)
class Handed:
    """What the officer's machine is given: the bytes to sign, and each change's statement with the person's name."""

    pending: PendingSignature
    changes: list[tuple[str, str]]


def begin_locally(
    subject: Subject, session: str, change_ids: Sequence[uuid.UUID], seen_root: str, means_id: int
) -> Handed:
    """Draw up and keep what is to be signed there. Raises as `draw_up`, SIG-NO-KEY, SIG-LOCAL-MANY."""
    require(subject, Right.CHANGE_APPROVE)
    if len(change_ids) > MOST_CHANGES:
        raise Problem("SIG-LOCAL-MANY", most=MOST_CHANGES, got=len(change_ids))
    row = get_key(User.objects.get(username=subject.username), means_id)
    chain = certificates.from_pem(row.certificate_pem)
    drawn = draw_up(subject, change_ids, seen_root, chain[0])
    prepared = jws.prepare(drawn.payload, chain, str(row.place.get("algorithm", "")), at=drawn.at)
    about = {"changes": [str(pk) for pk in change_ids], "root": seen_root, "means": row.pk}
    pending = keep_pending(subject, session, APPROVE, prepared, about)
    statements = [one.statement_bytes.decode() for one in drawn.prepared.approved]
    names = [change.full_name for change in drawn.prepared.changes]
    return Handed(pending, list(zip(statements, names, strict=True)))


def end_locally(subject: Subject, session: str, pending_id: uuid.UUID, signature: bytes) -> Approved:
    """Commit what came back signed. Raises as `take_pending` and `approve_signed`."""
    require(subject, Right.CHANGE_APPROVE)
    taken = take_pending(subject, session, APPROVE, pending_id, signature)
    ids = [uuid.UUID(text) for text in taken.about["changes"]]
    return approve_signed(subject, ids, taken.about["root"], taken.about["means"], taken.made)
