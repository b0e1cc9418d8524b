"""Setting a finding aside with a reason, for good or until a day, and taking it up again."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.ledger import actions as ledger
from ccvc.quality.models import Finding, Ruling
from ccvc.quality.selectors.findings import Asked, findings
from ccvc.standard.problems import Problem

SHORTEST, LONGEST = 5, 1000


@transaction.atomic
def set_aside(subject: Subject, finding_id: int, reason: str, *, until: date | None = None) -> Ruling:
    """Say that a finding may stand, or put it off until a day; Problem QUA-UNKNOWN, QUA-REASON, QUA-UNTIL.

    Locks: the finding's row, then the ledger's head.
    """
    found = _locked(subject, finding_id)
    if not SHORTEST <= len(reason.strip()) <= LONGEST:
        raise Problem("QUA-REASON", where="reason", least=SHORTEST, most=LONGEST)
    if until is not None and until <= timezone.localdate():
        raise Problem("QUA-UNTIL", where="until")
    kind = Ruling.Kind.REJECTED if until is None else Ruling.Kind.POSTPONED
    return _rule(subject, found, kind, reason.strip(), until)


@transaction.atomic
def reopen(subject: Subject, finding_id: int) -> Ruling:
    """Take up again what was set aside; Problem QUA-UNKNOWN."""
    return _rule(subject, _locked(subject, finding_id), Ruling.Kind.REOPENED, "", None)


def _locked(subject: Subject, finding_id: int) -> Finding:
    reached = findings(subject, Asked(state=""), Right.QUALITY_SETTLE)
    found = reached.select_for_update().filter(pk=finding_id).first()
    if found is None:
        raise Problem("QUA-UNKNOWN")
    return found


def _rule(subject: Subject, found: Finding, kind: Ruling.Kind, reason: str, until: date | None) -> Ruling:
    found.state = Finding.State.OPEN if kind is Ruling.Kind.REOPENED else Finding.State(kind.value)
    found.until = until
    found.save(update_fields=["state", "until"])
    ruling = Ruling.objects.create(
        person=found.person,
        rule=found.rule,
        path=found.path,
        kind=kind,
        reason=reason,
        until=until,
        user_id=subject.user_id,
        account=subject.username,
        name=subject.full_name,
        at=timezone.now(),
    )
    payload = {
        "act": f"quality_{kind.value}",
        "by": subject.username,
        "rule": found.rule,
        "request": subject.request_id,
    }
    ledger.append("administrative", f"ruling:{ruling.pk}", payload)
    return ruling
