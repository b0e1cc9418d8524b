"""How an agency closes its months, laid down by an act: the agency's own regulation, or the ministry's order."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.closings.models import Decision
from ccvc.exchange.models import Peer
from ccvc.ledger import actions as ledger
from ccvc.rules.closing import month_of, policy_of
from ccvc.standard.problems import Problem

MOST_WINDOW = 31
BASIS = (5, 300)


@transaction.atomic
def decide(
    subject: Subject, agency: str, *, mode: str, since: date, window_days: int, basis: str
) -> Decision:
    """Lay down that an agency closes monthly, or no longer must, from a month on. Lock: the ledger's head.

    A component decides for itself alone, the national node for those that joined it. Problem ACC-DENIED, CLS-MODE.
    """
    require(subject, Right.CLOSING_DECIDE, agency)
    words = " ".join(basis.split())
    _check(agency, mode, since, window_days, words)
    decision = Decision.objects.create(
        agency_code=agency,
        mode=mode,
        since=month_of(since),
        window_days=window_days,
        basis=words,
        account=subject.username,
        name=subject.full_name,
        at=timezone.now(),
    )
    payload = {
        "act": "closing_mode",
        "agency": agency,
        "mode": mode,
        "since": f"{decision.since:%Y-%m}",
        "window_days": window_days,
        "basis": words,
        "by": subject.username,
        "request": subject.request_id,
    }
    ledger.append("administrative", f"closing:{agency}", payload)
    return decision


def _check(agency: str, mode: str, since: date, window_days: int, basis: str) -> None:
    least, most = BASIS
    faults = {
        "mode": mode not in Decision.Mode.values,
        "since": policy_of(since) is None,
        "window_days": not 1 <= window_days <= MOST_WINDOW,
        "basis": not (least <= len(basis) <= most and basis.isprintable()),
        "agency": not _known(agency),
    }
    wrong = next((name for name, bad in faults.items() if bad), None)
    if wrong:
        raise Problem("CLS-MODE", where=wrong, reason=wrong)


def _known(agency: str) -> bool:
    if settings.CCVC_KIND == "component":
        return bool(agency == settings.CCVC_AGENCY)
    return Peer.objects.filter(agency_code=agency).exists()
