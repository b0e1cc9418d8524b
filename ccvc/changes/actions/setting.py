"""Setting the procedure of approval of a unit, and ending one. Source: TT 06/2023/TT-BNV (internal regulation)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import EVERYWHERE, Right, Subject, policy, require
from ccvc.changes import procedures
from ccvc.changes.models import Procedure
from ccvc.changes.procedures import Written
from ccvc.ledger import actions as ledger
from ccvc.organisations.selectors import states
from ccvc.standard.problems import Problem

ADMINISTRATIVE = "administrative"


@transaction.atomic
def set_procedure(subject: Subject, written: Written) -> Procedure:
    """Set the procedure of a unit and all below it, by a decision; changes begun before keep theirs.

    Raises ACC-DENIED, CHG-UNIT, CHG-PROCEDURE with every reason why it is none.
    """
    require(subject, Right.PROCEDURE_EDIT, written.unit)
    _refuse_unsound(written)
    state = states(written.valid_from).filter(code=written.unit).select_for_update(of=("self",)).first()
    if state is None:
        raise Problem("CHG-UNIT", where="unit", unit=written.unit)
    last = Procedure.objects.filter(unit_id=state.unit_id).aggregate(last=Max("number"))["last"] or 0
    made = Procedure.objects.create(
        unit_code=written.unit,
        unit_id=state.unit_id,
        number=last + 1,
        terms=procedures.pack(written.terms),
        **{f"{step}_roles": _roles(written, step) for step in procedures.ORDER},
        valid_from=written.valid_from,
        valid_to=written.valid_to,
        decision_number=written.decision_number.strip(),
        decision_date=written.decision_date,
        set_by=subject.username,
        set_at=timezone.now(),
    )
    payload = {"act": "set", "by": subject.username, **procedures.as_json(written)}
    ledger.append(ADMINISTRATIVE, f"procedure:{made}", payload | {"request": subject.request_id})
    return made


def _roles(written: Written, step: str) -> list[str]:
    rule = written.rule(step)
    return list(rule.roles) if rule else []


def _refuse_unsound(written: Written) -> None:
    """Problem CHG-PROCEDURE with all that is wrong with it."""
    found = procedures.faults(written, policy(), standard.current().groups)
    if not written.decision_number.strip() or written.decision_date > timezone.localdate():
        found.append("cần số và ngày (không sau hôm nay) của quyết định ban hành quy chế phê duyệt nội bộ")
    if written.valid_to is not None and written.valid_to < written.valid_from:
        found.append("ngày kết thúc trước ngày bắt đầu")
    if written.unit == EVERYWHERE:
        found.append("phải đặt cho một đơn vị")
    if found:
        raise Problem("CHG-PROCEDURE", where=written.unit, reason="; ".join(found))


@transaction.atomic
def end_procedure(subject: Subject, procedure_id: int, *, last_day: date, basis: str) -> Procedure:
    """End a procedure after a day, today at the earliest; what began under it goes on under it.

    Raises CHG-PROCEDURE-UNKNOWN, ACC-DENIED, ACC-BASIS, CHG-PROCEDURE.
    """
    found = Procedure.objects.select_for_update().filter(pk=procedure_id).first()
    today = timezone.localdate()
    if found is None or (found.valid_to is not None and found.valid_to <= today):
        raise Problem("CHG-PROCEDURE-UNKNOWN")
    require(subject, Right.PROCEDURE_EDIT, found.unit_code)
    if not basis.strip():
        raise Problem("ACC-BASIS", where="basis")
    if last_day < max(today, found.valid_from):
        raise Problem("CHG-PROCEDURE", where="last_day", reason="ngày cuối sớm nhất là hôm nay")
    found.valid_to = last_day
    found.save(update_fields=["valid_to"])
    payload = {"act": "end", "by": subject.username, "last_day": last_day.isoformat(), "basis": basis.strip()}
    ledger.append(ADMINISTRATIVE, f"procedure:{found}", payload | {"request": subject.request_id})
    return found
