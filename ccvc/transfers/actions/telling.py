"""What every act of the room does: lock the row, send a line in the same transaction, enter it in the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from ccvc.access.domain import Subject
from ccvc.exchange.actions import send_package
from ccvc.ledger import actions as ledger
from ccvc.transfers.domain.lines import AnyLine, By, line_bytes
from ccvc.transfers.models import Transfer
from ccvc.transfers.verification import KIND, described

COURIER = Subject.system("transfers")


def locked(key: UUID) -> Transfer | None:
    """The row of a hand-over, locked until the transaction ends."""
    return Transfer.objects.select_for_update().filter(pk=key).first()


def tell(agency: str, lines: Iterable[AnyLine], *, position: int | None = None) -> None:
    """Have lines sent to a node as one package, in the caller's transaction."""
    raw = (line_bytes(line) for line in lines)
    send_package(COURIER, agency, "transfer", raw, group=uuid4(), position=position)


def forward(agency: str, raw: bytes) -> None:
    """Have a line sent on as it came."""
    send_package(COURIER, agency, "transfer", [raw], group=uuid4())


def tell_national(line: AnyLine, *, position: int | None = None) -> None:
    """Have a line sent to the national node."""
    tell(settings.CCVC_NATIONAL_AGENCY, [line], position=position)


def by(subject: Subject) -> By:
    """Who does it, for the other agency to read."""
    return By(subject.username[:150], subject.full_name[:200])


def enter(row: Transfer, act: str, who: str) -> None:
    """Enter an act on a hand-over in the ledger; the lock taken last."""
    with transaction.atomic():
        ledger.append(KIND, str(row.pk), {**described(row, act), "by": who, "transfer": str(row.pk)})
