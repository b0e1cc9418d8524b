"""The receiver's own dossier with the number of the one coming: of the same person, or of another with a wrong number.

Judged before acceptance; carried out when the coming one is opened, so that a hand-over that comes to nothing annuls
nothing. What was annulled keeps its entries: they are proposed for the true dossier, or it is restored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject
from ccvc.changes.actions import propose
from ccvc.changes.domain import Proposal
from ccvc.changes.models import PENDING, Change
from ccvc.dossiers import custody
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Custody, Dossier
from ccvc.evidence import actions as evidence
from ccvc.evidence.domain import Details
from ccvc.evidence.selectors import carried
from ccvc.exchange.actions import reopen_verdicts, settle_verdicts
from ccvc.organisations.selectors import states
from ccvc.standard.problems import Problem
from ccvc.transfers.actions.offering import checked_reason
from ccvc.transfers.actions.telling import enter, incoming, locked_behind_dossiers
from ccvc.transfers.models import State, Transfer, Twin


@transaction.atomic
def judge_twin(subject: Subject, key: UUID, judgement: Twin, reason: str) -> Transfer:
    """Say of the own dossier with the same number whether it is of the person coming; said again, the last word holds.

    Problem ACC-DENIED, TRF-NOT-FOUND, TRF-STATE, TRF-NO-TWIN, TRF-REASON; TRF-TWIN-BUSY where changes of it are under
    way, or it is being handed over itself.
    """
    incoming(subject, key)
    said, row = checked_reason(reason), locked_behind_dossiers(key)
    if row is None or row.state != State.SEALED:
        raise Problem("TRF-STATE")
    own = custody.locked_by_number(row.personal_id, but=row.person)
    if own is None:
        raise Problem("TRF-NO-TWIN")
    if judgement == Twin.SAME:
        _refuse_busy(own)
    row.twin, row.twin_is, row.reason = own.key, judgement, said
    row.save(update_fields=["twin", "twin_is", "reason"])
    enter(row, f"twin_{judgement}", subject.username)
    return row


def _refuse_busy(own: Dossier) -> None:
    if own.custody != Custody.HERE or Change.objects.filter(person_key=own.key, state__in=PENDING).exists():
        raise Problem("TRF-TWIN-BUSY")


def refuse_unsettled(row: Transfer) -> None:
    """Problem TRF-TWIN where another dossier here has the number and is not judged to be of the person coming."""
    own = custody.locked_by_number(row.personal_id, but=row.person)
    if own is None:
        return
    if (row.twin, row.twin_is) == (own.key, Twin.SAME):
        _refuse_busy(own)
        return
    judged = row.twin == own.key
    raise Problem("TRF-TWIN-OTHER" if judged else "TRF-TWIN")


def annul_twin(row: Transfer) -> None:
    """Annul the own dossier judged to be of the same person, before the coming one takes its number."""
    own = custody.locked_by_number(row.personal_id, but=row.person)
    if own is not None and (row.twin, row.twin_is) == (own.key, Twin.SAME):
        custody.annul(own, act=row.pk)
        settle_verdicts(own.key)
        enter(row, "annulled", row.answered_by)


@transaction.atomic
def restore_twin(subject: Subject, key: UUID, reason: str) -> Transfer:
    """It was another person after all: the dossier that was annulled counts again, without the number.

    Problem ACC-DENIED, TRF-NOT-FOUND, TRF-NO-TWIN, TRF-REASON.
    """
    incoming(subject, key)
    said = checked_reason(reason)
    row, own = _annulled(key)
    custody.restore(own, act=uuid4())
    reopen_verdicts(own.key)
    row.twin_is, row.reason = Twin.OTHER, said
    row.save(update_fields=["twin_is", "reason"])
    enter(row, "restored", subject.username)
    return row


def _annulled(key: UUID) -> tuple[Transfer, Dossier]:
    """A hand-over behind which an own dossier was annulled, and that dossier; both locked. Problem TRF-NO-TWIN."""
    row = locked_behind_dossiers(key)
    own = custody.locked(row.twin) if row is not None and row.twin and row.twin_is == Twin.SAME else None
    if row is None or own is None or own.custody != Custody.ANNULLED:
        raise Problem("TRF-NO-TWIN")
    return row, own


@transaction.atomic
def propose_entries(subject: Subject, key: UUID) -> Change:
    """Propose for the true dossier what only the annulled one says, with its papers; nothing is written over.

    Problem ACC-DENIED, TRF-NOT-FOUND, TRF-NO-TWIN; TRF-NO-ENTRIES where it says no more; those of proposing.
    """
    incoming(subject, key)
    row, own = _annulled(key)
    held = dossiers.dossier(subject, row.person, right=Right.CHANGE_PROPOSE)
    documents = dossiers.current_documents([row.person, own.key])
    (_, true), (_, annulled) = documents[row.person], documents[own.key]
    added = added_by(true, annulled)
    if not added:
        raise Problem("TRF-NO-ENTRIES")
    unit = states(timezone.localdate()).get(unit_id=held.unit_id)
    proposal = Proposal(
        person_key=row.person,
        unit_code=unit.code,
        document=standard.apply(true, added),
        valid_from=timezone.localdate(),
        reason=f"Từ hồ sơ lập trùng đã hủy {own.key}: {row.reason}"[:500],
    )
    made = propose(subject, proposal)
    _bring_papers(subject, own.key, row.person)
    enter(row, "entries", subject.username)
    return made


def added_by(true: standard.Document, other: standard.Document) -> Sequence[standard.Difference]:
    """What the other document says where the true one says nothing, but for rows that are there under another id."""
    found = [one for one in standard.diff(true, other) if one.old is None and one.new is not None]
    return [one for one in found if not (isinstance(one.new, dict) and _there(true, one))]


def _there(true: standard.Document, one: standard.Difference) -> bool:
    group, _, name = one.path.partition("[")[0].partition(".")
    rows = cast("list[dict[str, object]]", true.get(group, {}).get(name) or [])
    return _bare(one.new) in [_bare(row) for row in rows]


def _bare(row: object) -> dict[str, object]:
    return {name: value for name, value in cast("dict[str, object]", row).items() if name != "id"}


def _bring_papers(subject: Subject, source: UUID, person: UUID) -> None:
    """Attach the papers of the annulled dossier to the true one; one that is there already is passed over."""
    known = {(row.path, row.file.sha256) for row in carried(person)}
    for row in carried(source):
        if (row.path, row.file.sha256) in known:
            continue
        received = evidence.Received(row.file.sha256, row.file.size, row.file.format, clean=False)
        names = ("path", "number", "issued_on", "issuer", "signer", "signer_position", "file_name")
        said = Details(row.kind, **{name: getattr(row, name) for name in names})
        evidence.attach(subject, person, received, said)
