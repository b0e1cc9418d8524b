"""Attaching papers to a dossier or to a change, and taking them back. Originals stay as they came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject, denied
from ccvc.dossiers import selectors as dossiers
from ccvc.evidence import domain
from ccvc.evidence.actions.receiving import Received, row_of
from ccvc.evidence.domain import Details
from ccvc.evidence.models import Attachment
from ccvc.evidence.verification import KIND, described
from ccvc.evidence.watching import tell
from ccvc.ledger import actions as ledger
from ccvc.organisations.selectors import reach
from ccvc.standard.problems import Problem

TAKEN_BACK = "evidence_taken_back"
SETTLE = """
UPDATE evidence_attachment AS a SET version_id = made.version
FROM unnest(%s::uuid[], %s::bigint[]) AS made(change, version)
WHERE a.change_id = made.change AND a.taken_back_at IS NULL
"""


@transaction.atomic
def attach(subject: Subject, person_key: UUID, received: Received, details: Details) -> Attachment:
    """Attach a paper to a dossier without changing a value: an officer's act, such as the copy of a form 2C.

    Problem DOS-UNKNOWN, ACC-DENIED, EVI-PATH where the subject may not read the entry, EVI-TWICE.
    """
    found = dossiers.dossier(subject, person_key, right=Right.CHANGE_PROPOSE)
    if found.unit_id not in reach(subject, Right.CHANGE_PROPOSE, timezone.localdate()):
        raise denied(Right.CHANGE_PROPOSE)
    tidy = domain.sound(details, timezone.localdate())
    may_see = dossiers.may_see(subject, found)
    if not all(may_see(field) for field in domain.fields_of(tidy.path)):
        raise Problem("EVI-PATH", where=tidy.path)
    row = row_of(received)
    same = Attachment.objects.filter(person_key=person_key, change_id=None, path=tidy.path, file=row)
    made = _written(subject, same, Attachment(person_key=person_key, file=row), tidy)
    tell(person_key)
    return made


@transaction.atomic
def attach_to_change(
    subject: Subject, change_id: UUID, person_key: UUID, received: Received, details: Details
) -> Attachment:
    """Attach a paper to a change, which the caller has locked and judged. Problem EVI-TOO-MANY, EVI-TWICE."""
    tidy = domain.sound(details, timezone.localdate())
    held = Attachment.objects.filter(change_id=change_id, taken_back_at=None)
    if held.count() >= domain.MOST_OF_A_CHANGE:
        raise Problem("EVI-TOO-MANY", most=domain.MOST_OF_A_CHANGE)
    row = row_of(received)
    fresh = Attachment(person_key=person_key, change_id=change_id, file=row)
    return _written(subject, held.filter(path=tidy.path, file=row), fresh, tidy)


@transaction.atomic
def attach_together(
    subject: Subject, received: Received, brought: Sequence[tuple[UUID, UUID, Details]]
) -> list[Attachment]:
    """Attach one file to many new changes, of which the caller knows that they have no papers yet: change, person, what
    is said of it.

    Problem as for `attach_to_change`.
    """
    today, now = timezone.localdate(), timezone.now()
    row = row_of(received)
    made = [
        _described(Attachment(person_key=key, change_id=change, file=row), domain.sound(said, today))
        for change, key, said in brought
    ]
    for one in made:
        one.attached_by, one.attached_by_name, one.attached_at = subject.username, subject.full_name, now
    Attachment.objects.bulk_create(made, batch_size=1000)
    size = {"size": row.size, "scan": row.state}
    ledger.append_all(KIND, [(str(one.pk), {**described(one), **size}) for one in made])
    return made


def _described(fresh: Attachment, details: Details) -> Attachment:
    for name in ("path", "kind", "number", "issued_on", "issuer", "signer", "signer_position", "file_name"):
        setattr(fresh, name, getattr(details, name))
    return fresh


def _written(subject: Subject, same: QuerySet[Attachment], fresh: Attachment, details: Details) -> Attachment:
    """The new row with its ledger entry; the row of the file is locked, so nobody else attaches it meanwhile."""
    if same.filter(taken_back_at=None).exists():
        raise Problem("EVI-TWICE")
    _described(fresh, details)
    fresh.attached_by, fresh.attached_by_name = subject.username, subject.full_name
    fresh.attached_at = timezone.now()
    fresh.save(force_insert=True)
    payload = {**described(fresh), "size": fresh.file.size, "scan": fresh.file.state}
    ledger.append(KIND, str(fresh.pk), payload)
    return fresh


@transaction.atomic
def take_back(subject: Subject, paper_id: UUID, reason: str) -> Attachment:
    """Take a paper back that an officer attached to a dossier; it is kept, and shown no more.

    Problem EVI-REASON, EVI-UNKNOWN, ACC-DENIED, EVI-SIGNED where an approved version names it.
    """
    row = Attachment.objects.select_for_update().filter(pk=paper_id, taken_back_at=None).first()
    if row is None:
        raise Problem("EVI-UNKNOWN")
    found = dossiers.dossier(subject, row.person_key, right=Right.CHANGE_PROPOSE)
    if found.unit_id not in reach(subject, Right.CHANGE_PROPOSE, timezone.localdate()):
        raise denied(Right.CHANGE_PROPOSE)
    if row.change_id is not None:
        raise Problem("EVI-SIGNED")
    if not reason.strip():
        raise Problem("EVI-REASON")
    tell(row.person_key)
    return _taken_back(subject, row, reason)


@transaction.atomic
def take_back_from_change(subject: Subject, change_id: UUID, paper_id: UUID) -> Attachment:
    """Take a paper of a change back; the caller has locked and judged the change. Problem EVI-UNKNOWN."""
    held = Attachment.objects.select_for_update().filter(pk=paper_id, change_id=change_id, taken_back_at=None)
    row = held.filter(version=None).first()
    if row is None:
        raise Problem("EVI-UNKNOWN")
    return _taken_back(subject, row, "")


def _taken_back(subject: Subject, row: Attachment, reason: str) -> Attachment:
    row.taken_back_at, row.taken_back_by = timezone.now(), subject.username
    row.taken_back_reason = " ".join(reason.split())[:500]
    row.save(update_fields=["taken_back_at", "taken_back_by", "taken_back_reason"])
    payload = {"attachment": str(row.pk), "by": subject.username, "reason": row.taken_back_reason}
    ledger.append(TAKEN_BACK, str(row.pk), payload)
    return row


def settle(versions: Mapping[UUID, int]) -> None:
    """The papers of approved changes belong to the versions (ids) those became; in their transaction."""
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, [list(versions), list(versions.values())])
