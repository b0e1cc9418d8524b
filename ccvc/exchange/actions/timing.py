"""Watching over the limits of synchronisation: said as they come, when they pass, upwards, and that it is over."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.access import reach
from ccvc.access.domain import Right, Scope, policy
from ccvc.access.models import Grant
from ccvc.access.selectors import standing
from ccvc.changes.actions import settled, tell
from ccvc.changes.models import Reminded
from ccvc.exchange.domain.timeliness import Urgency
from ccvc.exchange.models import Delay
from ccvc.exchange.selectors.timeliness import lag
from ccvc.ledger import actions as ledger

MATTER = "sync"
RANK: dict[str, int] = {"": 0, "soon": 1, "late": 2, "escalated": 3}
TOLD: dict[Urgency, tuple[Right, ...]] = {
    "soon": (Right.EXCHANGE_RUN,),
    "late": (Right.EXCHANGE_RUN,),
    "escalated": (Right.EXCHANGE_RUN, Right.CHANGE_APPROVE),
}
"""Who is told: those who run the exchange, and upwards those whose approvals do not arrive."""


@transaction.atomic
def watch() -> Delay | None:
    """Take down how late it is by now, tell of it once as it gets worse, and close it once all has arrived.

    Killed anywhere it has said nothing or all of it. Locks: the open Delay, then the ledger's head.
    """
    now = timezone.now()
    found, known = lag(now), Delay.objects.select_for_update().filter(ended_at=None).first()
    if found is None:
        return _end(known) if known else None
    if known is None:
        known = Delay(peer_id=found.peer, began_at=now)
    worse = RANK[found.urgency] > RANK[known.urgency]
    known.urgency, known.changes, known.since, known.looked_at = (
        found.urgency,
        found.changes,
        found.since,
        now,
    )
    known.save()
    if worse:
        tell(MATTER, Reminded(found.urgency), _told(found.urgency), found.changes)
        _audit(found.urgency, known)
    return known


def _end(known: Delay) -> Delay:
    known.ended_at = known.looked_at = timezone.now()
    known.save(update_fields=["ended_at", "looked_at"])
    settled(MATTER)
    _audit("ended", known)
    return known


def _told(urgency: Urgency) -> list[int]:
    """Accounts that hold one of these rights over the agency today."""
    today = timezone.localdate()
    roles = [name for name, role in policy().roles.items() if role.rights & {*TOLD[urgency]}]
    rows = Grant.objects.filter(standing(today), user__is_active=True, role__in=roles)
    return sorted(
        {
            row.user_id
            for row in rows
            if reach.covers([Scope(row.role, row.unit_code, row.valid_from)], settings.CCVC_AGENCY, today)
        }
    )


def _audit(act: str, delay: Delay) -> None:
    said = {"act": act, "peer": delay.peer.agency_code, "changes": delay.changes}
    told = said | {"since": delay.since.isoformat(), "at": delay.looked_at.isoformat()}
    ledger.append("administrative", f"synchronisation:{delay.pk}", told)
