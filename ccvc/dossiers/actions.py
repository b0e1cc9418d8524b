"""The one door: a dossier changes only by committing approved changes (invariant 4); and whose account it is."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ccvc.access.actions import open_account, tie_account
from ccvc.access.domain import Subject
from ccvc.accounts.domain import account_name
from ccvc.accounts.models import User
from ccvc.dossiers import custody, domain, heads, rebuilding
from ccvc.dossiers.domain import ApprovedChange
from ccvc.dossiers.models import Dossier, Head, Version
from ccvc.dossiers.rebuilding import Found, Keeping, Rebuilt
from ccvc.ledger import actions as ledger
from ccvc.signing import merkle
from ccvc.signing.models import Signature
from ccvc.standard.names import plain
from ccvc.standard.problems import Problem

MOVED_COLUMNS = ["current_number", "current_hash", "personal_id", "unit_id"]


@transaction.atomic
def commit(changes: Sequence[ApprovedChange], signature: Signature) -> list[Version]:
    """Commit approved changes as versions, with heads, feed positions and a ledger entry, or nothing at all.

    Locks: dossiers in order of key, then the ledger's head (so feed positions follow the order of commits and a
    reader of the feed never misses one that commits late). Raises Problem DOS-MOVED where a dossier is no longer
    the one the statement builds on, DOS-NUMBER-TAKEN where the personal number is another dossier's, DOS-OFFERED
    and DOS-GONE where it is being handed over, or was.
    """
    dossiers = _locked(changes)
    for change in changes:
        custody.refuse_held(dossiers[uuid.UUID(change.statement.person)])
        _refuse_moved(change, dossiers[uuid.UUID(change.statement.person)])
    head = ledger.lock()
    versions = _write_versions(changes, dossiers, signature)
    _write_heads(changes, dossiers, versions[0].known_at)
    ledger.append(
        "versions",
        f"{versions[0].position}-{versions[-1].position}",
        {
            "count": len(versions),
            "first": versions[0].position,
            "last": versions[-1].position,
            "root": merkle.root([bytes(v.hash) for v in versions]).hex(),
            "signature": str(signature.pk),
        },
        head,
    )
    return versions


def _locked(changes: Sequence[ApprovedChange]) -> dict[uuid.UUID, Dossier]:
    """The dossiers of these changes, locked in order of key; those not there yet are opened."""
    keys = sorted({uuid.UUID(c.statement.person) for c in changes})
    if len(keys) != len(changes):
        raise Problem("DOS-TWICE-IN-BATCH")
    numbers = [c.statement.personal_id for c in changes if c.statement.personal_id]
    met = Dossier.objects.select_for_update().filter(Q(key__in=keys) | Q(personal_id__in=numbers))
    known = {d.key: d for d in met.order_by("key")}
    _refuse_taken_numbers(changes, known.values())
    now = timezone.now()
    fresh = [
        Dossier(
            key=uuid.UUID(c.statement.person),
            personal_id=c.statement.personal_id,
            agency_code=c.statement.agency,
            unit_id=c.unit_id,
            opened_at=now,
        )
        for c in changes
        if uuid.UUID(c.statement.person) not in known and c.statement.number == 1
    ]
    Dossier.objects.bulk_create(fresh, batch_size=1000)
    return known | {d.key: d for d in fresh}


def _refuse_taken_numbers(changes: Sequence[ApprovedChange], met: Iterable[Dossier]) -> None:
    wanted = {c.statement.personal_id: c.statement.person for c in changes if c.statement.personal_id}
    for dossier in met:
        number = dossier.personal_id
        if number in wanted and str(dossier.key) != wanted[number]:
            raise Problem("DOS-NUMBER-TAKEN", where=number, personal_id=number)


def _refuse_moved(change: ApprovedChange, dossier: Dossier | None) -> None:
    base = bytes(dossier.current_hash).hex() if dossier and dossier.current_hash else None
    number = dossier.current_number if dossier else 0
    if change.statement.base != base or change.statement.number != number + 1:
        raise Problem(
            "DOS-MOVED", where=change.statement.person, expected=number + 1, got=change.statement.number
        )


def _write_versions(
    changes: Sequence[ApprovedChange], dossiers: dict[uuid.UUID, Dossier], signature: Signature
) -> list[Version]:
    position, now = _next_moment()
    versions = [
        _version(change, dossiers[uuid.UUID(change.statement.person)], signature, position + offset, now)
        for offset, change in enumerate(changes, start=1)
    ]
    Version.objects.bulk_create(versions, batch_size=1000)
    return versions


def _next_moment() -> tuple[int, datetime]:
    """The last position given out, and a moment after its own: known times follow positions, whatever a clock does."""
    newest = (
        Version.objects.filter(position__gt=0)
        .order_by("-position")
        .values_list("position", "known_at")
        .first()
    )
    if newest is None:
        return 0, timezone.now()
    return newest[0], max(timezone.now(), newest[1] + timedelta(microseconds=1))


def _version(
    change: ApprovedChange, dossier: Dossier, signature: Signature, position: int, now: datetime
) -> Version:
    version_hash = domain.version_hash(change.statement_bytes)
    version = Version(
        dossier=dossier,
        number=change.statement.number,
        position=position,
        hash=version_hash,
        previous=dossier.current_hash,
        statement=change.statement_bytes.decode(),
        document=change.document_bytes.decode(),
        valid_from=date.fromisoformat(change.statement.valid_from),
        known_at=now,
        signature=signature,
        leaf=change.leaf,
    )
    dossier.current_number = change.statement.number
    dossier.current_hash = version_hash
    dossier.personal_id = change.statement.personal_id
    dossier.unit_id = change.unit_id
    return version


def _write_heads(
    changes: Sequence[ApprovedChange], dossiers: dict[uuid.UUID, Dossier], known_at: datetime
) -> None:
    touched = [dossiers[uuid.UUID(c.statement.person)] for c in changes]
    Dossier.objects.bulk_create(
        touched, batch_size=1000, update_conflicts=True, unique_fields=["key"], update_fields=MOVED_COLUMNS
    )
    heads.follow(changes, touched, known_at)


@transaction.atomic
def derive_heads(*, due_on: date | None = None) -> int:
    """Derive heads and past again from the versions: those due on a day, or all (rebuild); returns how many.

    A head that came before the past did is due at once.
    """
    today = timezone.localdate()
    dossiers = Dossier.objects.order_by("key").select_for_update(of=("self",))
    if due_on is not None:
        due = Q(head__changes_on__lte=due_on) | Q(head__valid_from__isnull=True, head__isnull=False)
        dossiers = dossiers.filter(due)
    count = 0
    for dossier in dossiers.iterator(chunk_size=500):
        heads.derive(dossier, today)
        count += 1
    return count


def rebuild_spans(*, by: str, mend: bool = True) -> Iterator[Rebuilt]:
    """Hold every head and past against the versions, and write those damaged anew; what is found grows as it goes.

    Locks: dossiers in order of key, a slice at a time, then the ledger's head.
    """
    keys = list(Dossier.objects.filter(current_number__gt=0).order_by("key").values_list("key", flat=True))
    return rebuilding.rebuild(Keeping(_damages, _derive), keys, by=by, mend=mend)


def _damages(keys: Sequence[uuid.UUID]) -> Found:
    today, locked = timezone.localdate(), Dossier.objects.select_for_update().order_by("key")
    found = {dossier.key: heads.damages(dossier, today) for dossier in locked.filter(key__in=keys)}
    return {key: wrong for key, wrong in found.items() if wrong}


def _derive(keys: Sequence[uuid.UUID]) -> None:
    for dossier in Dossier.objects.filter(key__in=keys):
        heads.derive(dossier, timezone.localdate())


@transaction.atomic
def account_of_person(subject: Subject, number: str, username: str, password: str = "") -> User:
    """The account tied to the dossier with a personal number: the one of that name, or a new one with a password.

    Problem DOS-UNKNOWN, ACC-PERSON-NAME where an account is of another name, and those of opening and tying one.
    """
    head = Head.objects.select_related("dossier").filter(dossier__personal_id=number).first()
    if head is None:
        raise Problem("DOS-UNKNOWN", where="number")
    found = User.objects.filter(username=account_name(username)).first()
    if found is None:
        name, key = head.full_name, head.dossier.key
        return open_account(subject, username=username, full_name=name, password=password, person_key=key)
    if plain(found.full_name) != plain(head.full_name):
        named = {"account": found.full_name, "person": head.full_name, "number": number}
        raise Problem("ACC-PERSON-NAME", where="username", **named)
    return tie_account(subject, found, head.dossier.key)
