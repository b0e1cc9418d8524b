"""Findings sent back as work: by the national node to the agency that manages the dossier, through the exchange."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.exchange.actions import send_package
from ccvc.exchange.domain import Arrival
from ccvc.exchange.domain.records import QualityLine, line_bytes
from ccvc.ledger import actions as ledger
from ccvc.quality.models import Finding, Returned
from ccvc.quality.selectors.findings import Asked, findings
from ccvc.standard.problems import Problem
from ccvc.standard.quality.judging import said

MOST = 5000


@transaction.atomic
def send_back(subject: Subject, agency: str, asked: Asked) -> int:
    """Have an agency told of its open findings that were not sent yet; how many. Problem QUA-NOTHING, EXC-NOT-JOINED.

    At most 5,000 at once, the heaviest first. Locks: the findings' rows, then the ledger's head.
    """
    require(subject, Right.QUALITY_SEND)
    reached = findings(subject, Asked(asked.family, asked.rule, asked.severity, agency), Right.QUALITY_SEND)
    rows = list(reached.select_for_update(of=("self",)).filter(sent_at=None, counts=True)[:MOST])
    if not rows:
        raise Problem("QUA-NOTHING", where=agency)
    send_package(Subject.system("quality"), agency, "share", [line_bytes(_line(row)) for row in rows])
    Finding.objects.filter(pk__in=[row.pk for row in rows]).update(sent_at=timezone.now())
    payload = {"act": "quality_send", "agency": agency, "by": subject.username, "count": len(rows)}
    ledger.append("administrative", f"quality:{agency}", {**payload, "request": subject.request_id})
    return len(rows)


def _line(row: Finding) -> QualityLine:
    message, step = said(row.rule, row.path, row.params, "vi")
    return QualityLine(
        person=row.person, code=row.rule, path=row.path, message=message, next=step, at=timezone.now()
    )


def take_returned(subject: Subject, arrival: Arrival, lines: Sequence[tuple[int, QualityLine]]) -> None:  # noqa: ARG001 - every taker has this shape
    """Keep what the national node sent back; what is already open is kept once. In the exchange's transaction."""
    people = {line.person for _, line in lines}
    waiting = Returned.objects.filter(closed_at=None, person__in=people)
    known = set(waiting.values_list("person", "rule", "path"))
    Returned.objects.bulk_create(
        [
            _row(arrival, index, line)
            for index, line in lines
            if (line.person, line.code, line.path) not in known
        ],
        batch_size=1000,
    )


def _row(arrival: Arrival, index: int, line: QualityLine) -> Returned:
    return Returned(
        inbound=arrival.inbound,
        line=index,
        person=line.person,
        rule=line.code,
        path=line.path,
        message=line.message,
        next_step=line.next,
        at=line.at or arrival.received_at,
    )
