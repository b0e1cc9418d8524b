"""What an agency means by its own ways of writing: proposed, confirmed by another person, withdrawn."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject, require
from ccvc.catalogues.domain import fold
from ccvc.catalogues.models import Meaning
from ccvc.catalogues.selectors import meaning, meaning_codes
from ccvc.ledger import actions as ledger
from ccvc.organisations.selectors import unit_by_code
from ccvc.standard.problems import Problem

State = Meaning.State
Reader = Callable[[Subject, Meaning], None]
_readers: list[Reader] = []


def register_reader(reader: Reader) -> None:
    """Let a room above take up a meaning the moment it is confirmed, in that transaction."""
    if reader not in _readers:
        _readers.append(reader)


@transaction.atomic
def propose_meaning(
    subject: Subject,
    *,
    list_name: str,
    value: str,
    code: str,
    unit_code: str,
    source: str = "",
    basis: str = "",
) -> Meaning:
    """Propose which code the agency of a unit means by a value the list does not know.

    Lock: the ledger's head. Problem ACC-DENIED, CAT-LIST, CAT-VALUE, CAT-VALUE-KNOWN, CAT-NO-CODE, CAT-MEANT.
    """
    require(subject, Right.INTAKE_RUN, unit_code)
    codes, today, written = meaning_codes(list_name), timezone.localdate(), fold(value)
    if not written:
        raise Problem("CAT-VALUE")
    if known := codes.find(written):
        raise Problem("CAT-VALUE-KNOWN", value=written, code=known, label=codes.label(known))
    if not codes.valid(code, today):
        raise Problem("CAT-NO-CODE", where=code, code=code, list=codes.label_vi)
    unit = unit_by_code(unit_code, today)
    if unit is None:
        raise Problem("CAT-NOT-FOUND")
    proposed = Meaning(
        list_name=list_name,
        source=source,
        unit_id=unit.unit_id,
        unit_code=unit_code,
        value=written,
        code=code,
        basis=" ".join(basis.split())[:500],
        proposed_by=subject.full_name,
        proposed_by_id=subject.user_id,
        proposed_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            proposed.save(force_insert=True)
    except IntegrityError as error:
        raise Problem("CAT-MEANT", value=written) from error
    _enter("propose", subject, proposed)
    return proposed


@transaction.atomic
def confirm_meaning(subject: Subject, meaning_id: int) -> Meaning:
    """Stand for a proposed meaning, as another person than who proposed it; files are read by it from now on, and those
    that wait with the value are read again.

    Locks: the row, waiting files, the ledger's head. Problem ACC-DENIED, CAT-NOT-FOUND, CAT-STATE, CAT-SAME-PERSON,
    CAT-NO-CODE.
    """
    found = _locked(subject, meaning_id, Right.MEANING_CONFIRM)
    if found.state != State.PROPOSED:
        raise Problem("CAT-STATE", value=found.value, state=found.get_state_display())
    if found.proposed_by_id is not None and found.proposed_by_id == subject.user_id:
        raise Problem("CAT-SAME-PERSON")
    codes, today = meaning_codes(found.list_name), timezone.localdate()
    if not codes.valid(found.code, today):
        raise Problem("CAT-NO-CODE", where=found.code, code=found.code, list=codes.label_vi)
    found.state, found.valid_from = State.CONFIRMED, today
    decided = _decided("confirm", subject, found)
    for reader in _readers:
        reader(subject, decided)
    return decided


@transaction.atomic
def withdraw_meaning(subject: Subject, meaning_id: int) -> Meaning:
    """Take a meaning back: its proposer while it waits, or who may confirm; what was read by it stays.

    Locks: the row, the ledger's head. Problem ACC-DENIED, CAT-NOT-FOUND, CAT-STATE.
    """
    found = _locked(subject, meaning_id, Right.INTAKE_RUN, Right.MEANING_CONFIRM)
    if found.state == State.WITHDRAWN:
        raise Problem("CAT-STATE", value=found.value, state=found.get_state_display())
    if found.proposed_by_id != subject.user_id or found.state == State.CONFIRMED:
        require(subject, Right.MEANING_CONFIRM, found.unit_code)
    found.state, found.valid_to = State.WITHDRAWN, timezone.localdate()
    return _decided("withdraw", subject, found)


def _locked(subject: Subject, meaning_id: int, *rights: Right) -> Meaning:
    meaning(subject, meaning_id, *rights)
    return Meaning.objects.select_for_update().get(pk=meaning_id)


def _decided(act: str, subject: Subject, found: Meaning) -> Meaning:
    found.decided_by, found.decided_at = subject.full_name, timezone.now()
    found.save(update_fields=["state", "valid_from", "valid_to", "decided_by", "decided_at"])
    _enter(act, subject, found)
    return found


def _enter(act: str, subject: Subject, found: Meaning) -> None:
    payload = {"act": act, "by": subject.username, "list": found.list_name, "source": found.source}
    payload |= {"unit": found.unit_code, "value": found.value, "code": found.code, "basis": found.basis}
    payload["standard"] = standard.current().version
    ledger.append("meaning", str(found.pk), payload)
