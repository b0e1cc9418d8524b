"""Notices from the national node: closed by those who manage the dossier, once they have seen to them."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.exchange.models import Notice
from ccvc.exchange.selectors.work import within_reach
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem


@transaction.atomic
def close_notice(subject: Subject, notice_id: int) -> Notice:
    """Close a notice on a dossier the subject may change; Problem EXC-NOT-FOUND for any other.

    Locks: the notice's row, then the ledger's head.
    """
    reachable = Notice.objects.filter(
        within_reach(subject, Right.CHANGE_PROPOSE), pk=notice_id, closed_at=None
    )
    notice = reachable.select_for_update(of=("self",)).first()
    if notice is None:
        raise Problem("EXC-NOT-FOUND", where="notice")
    notice.closed_at = timezone.now()
    notice.save(update_fields=["closed_at"])
    payload = {
        "act": "close_notice",
        "by": subject.username,
        "code": notice.code,
        "request": subject.request_id,
    }
    ledger.append("administrative", f"notice:{notice.pk}", payload)
    return notice
