"""Whose a dossier is: frozen while it is offered to another component, laid into the drawer, taken over.

The second door beside `actions.commit`: nothing is changed by it, for the versions that come in were approved elsewhere
and are chained and signed as they were there.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from django.db.models import Min
from django.utils import timezone

from ccvc.dossiers import domain, heads
from ccvc.dossiers.models import ELSEWHERE, Custody, Dossier, Move, Version
from ccvc.dossiers.verification import BROUGHT
from ccvc.ledger import actions as ledger
from ccvc.signing import merkle
from ccvc.signing.models import Signature
from ccvc.standard.problems import Problem


def refuse_held(dossier: Dossier | None) -> None:
    """Problem DOS-OFFERED, DOS-GONE or DOS-ANNULLED where no change may be committed."""
    if dossier is not None and dossier.custody == Custody.OFFERED:
        raise Problem("DOS-OFFERED", where=str(dossier.key))
    if dossier is not None and dossier.custody == Custody.GONE:
        raise Problem("DOS-GONE", where=str(dossier.key))
    if dossier is not None and dossier.custody == Custody.ANNULLED:
        raise Problem("DOS-ANNULLED", where=str(dossier.key))


def refuse_leaving(dossier: Dossier | None) -> None:
    """Problem DOS-LEAVING, or those of `refuse_held`, where no change may be proposed."""
    refuse_held(dossier)
    if dossier is not None and dossier.custody == Custody.LEAVING:
        raise Problem("DOS-LEAVING", where=str(dossier.key))


def in_drawer(personal_ids: Sequence[str | None]) -> list[Dossier]:
    """Dossiers of these numbers that were handed over."""
    numbers = [number for number in personal_ids if number]
    return list(Dossier.objects.filter(personal_id__in=numbers, custody=Custody.GONE))


def locked(key: uuid.UUID) -> Dossier | None:
    """The dossier's row, locked until the transaction ends."""
    return Dossier.objects.select_for_update().filter(key=key).first()


def hold(dossier: Dossier, custody: Custody) -> None:
    """Say of a locked dossier that is managed here whether it may be changed."""
    dossier.custody = custody
    dossier.save(update_fields=["custody"])


def lay_away(dossier: Dossier, *, on: date, transfer: uuid.UUID) -> None:
    """Lay a locked dossier into the drawer of the unit it is in: from the day on it belongs to no unit here."""
    dossier.drawer_unit_id, dossier.unit_id = dossier.unit_id, ELSEWHERE
    dossier.custody = Custody.GONE
    dossier.save(update_fields=["drawer_unit_id", "unit_id", "custody"])
    _move(dossier, ELSEWHERE, on, transfer)


def locked_by_number(personal_id: str | None, *, but: uuid.UUID) -> Dossier | None:
    """The other dossier here that has a number, locked until the transaction ends."""
    if not personal_id:
        return None
    return Dossier.objects.select_for_update().filter(personal_id=personal_id).exclude(key=but).first()


def annul(dossier: Dossier, *, act: uuid.UUID) -> None:
    """Annul a locked dossier that should never have been opened; `act` names what did it, and says why.

    It keeps its history, is found in the drawer of the unit it was in, and lets go of its number. As known from now on
    it was in no unit on any day; what was counted before stays as it was.
    """
    dossier.drawer_unit_id, dossier.unit_id = dossier.kept_unit_id, ELSEWHERE
    dossier.custody, dossier.personal_id = Custody.ANNULLED, None
    dossier.save(update_fields=["drawer_unit_id", "unit_id", "custody", "personal_id"])
    _move(dossier, ELSEWHERE, _first_day(dossier), act)


def restore(dossier: Dossier, *, act: uuid.UUID) -> None:
    """Let a locked dossier that was annulled by mistake count again, in the unit it was in.

    Its number comes back unless another dossier has it now: then a correction has to give it the right one.
    """
    dossier.unit_id, dossier.drawer_unit_id = dossier.kept_unit_id, None
    dossier.custody = Custody.HERE
    number = _stated_last(dossier).personal_id
    taken = number and Dossier.objects.filter(personal_id=number).exists()
    dossier.personal_id = None if taken else number
    dossier.save(update_fields=["unit_id", "drawer_unit_id", "custody", "personal_id"])
    _move(dossier, dossier.unit_id, _first_day(dossier), act)


def _first_day(dossier: Dossier) -> date:
    """The first day anything of a dossier holds."""
    first: date = dossier.versions.aggregate(first=Min("valid_from"))["first"]
    return first


def _stated_last(dossier: Dossier) -> domain.Statement:
    last = dossier.versions.get(number=dossier.current_number)
    return msgspec.json.decode(last.statement, type=domain.Statement)


@dataclass(frozen=True, slots=True)
class Brought:
    """A version approved elsewhere: exact bytes, when the other node knew it, and the approval it stands under."""

    statement: bytes
    document: bytes
    known_at: datetime
    signature: Signature
    leaf: int


def take_over(
    key: uuid.UUID,
    versions: Sequence[Brought],
    *,
    agency: str,
    unit_id: int,
    on: date,
    transfer: uuid.UUID,
) -> Dossier:
    """Open a dossier handed over, or the one in the drawer again, in a unit from a day on. In the caller's transaction.

    `versions` are all of its history, already proved. Locks: the dossier, then the ledger's head. Problem
    DOS-NUMBER-TAKEN; DOS-FORKED where what lies in the drawer is no beginning of it.
    """
    hashes = [domain.version_hash(version.statement) for version in versions]
    last = _stated(versions[-1])
    refuse_taken(key, last.personal_id)
    dossier = locked(key) or Dossier.objects.create(
        key=key, agency_code=agency, unit_id=unit_id, opened_at=timezone.now()
    )
    _refuse_forked(dossier, hashes)
    fresh = list(versions[dossier.current_number :])
    if fresh:
        _bring(dossier, fresh)
    dossier.current_number, dossier.current_hash = last.number, hashes[-1]
    dossier.personal_id, dossier.unit_id, dossier.drawer_unit_id = last.personal_id, unit_id, None
    dossier.custody = Custody.HERE
    dossier.save()
    _move(dossier, unit_id, on, transfer)
    return dossier


def _stated(version: Brought) -> domain.Statement:
    return msgspec.json.decode(version.statement, type=domain.Statement)


def refuse_taken(key: uuid.UUID, personal_id: str | None) -> None:
    """Problem DOS-NUMBER-TAKEN where another dossier here has the number."""
    if personal_id and Dossier.objects.filter(personal_id=personal_id).exclude(key=key).exists():
        raise Problem("DOS-NUMBER-TAKEN", where=personal_id, personal_id=personal_id)


def _refuse_forked(dossier: Dossier, hashes: Sequence[bytes]) -> None:
    """One that is here is not taken over; one in the drawer is the beginning of what comes back."""
    number = dossier.current_number
    here = number > 0 and dossier.custody != Custody.GONE
    if here or number > len(hashes) or (number and bytes(dossier.current_hash or b"") != hashes[number - 1]):
        raise Problem("DOS-FORKED", where=str(dossier.key), number=number)


def _bring(dossier: Dossier, versions: Sequence[Brought]) -> None:
    """Write versions below all positions given out, in their order, with the entry that binds them."""
    head = ledger.lock()
    lowest = Version.objects.filter(position__lt=0).aggregate(lowest=Min("position"))["lowest"] or 0
    first, previous, rows = lowest - len(versions), dossier.current_hash, []
    for offset, version in enumerate(versions):
        stated, digest = _stated(version), domain.version_hash(version.statement)
        rows.append(
            Version(
                dossier=dossier,
                number=stated.number,
                position=first + offset,
                hash=digest,
                previous=previous,
                statement=version.statement.decode(),
                document=version.document.decode(),
                valid_from=date.fromisoformat(stated.valid_from),
                known_at=version.known_at,
                signature=version.signature,
                leaf=version.leaf,
            )
        )
        previous = digest
    Version.objects.bulk_create(rows, batch_size=1000)
    payload = {
        "count": len(rows),
        "first": rows[0].position,
        "last": rows[-1].position,
        "person": str(dossier.key),
        "root": merkle.root([bytes(row.hash) for row in rows]).hex(),
    }
    ledger.append(BROUGHT, str(dossier.key), payload, head)


def _move(dossier: Dossier, unit_id: int, on: date, transfer: uuid.UUID) -> None:
    """Keep that the dossier is in a unit from a day on, and derive its head and past anew."""
    Move.objects.create(
        dossier=dossier,
        after_number=dossier.current_number,
        unit_id=unit_id,
        valid_from=on,
        known_at=timezone.now(),
        transfer=transfer,
    )
    heads.derive(dossier, timezone.localdate())
