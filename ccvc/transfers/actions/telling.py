"""What every act of the room does: lock the row, send a line in the same transaction, enter it in the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from ccvc.access.domain import Right, Subject, require
from ccvc.dossiers.models import Dossier
from ccvc.exchange.actions import send_package
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem
from ccvc.transfers.domain.lines import AnyLine, By, line_bytes
from ccvc.transfers.models import Side, Transfer
from ccvc.transfers.verification import KIND, described

COURIER = Subject.system("transfers")


def locked(key: UUID) -> Transfer | None:
    """The row of a hand-over, locked until the transaction ends."""
    return Transfer.objects.select_for_update().filter(pk=key).first()


def locked_behind_dossiers(key: UUID) -> Transfer | None:
    """The row of a hand-over this component knows, locked behind the dossiers it may change, in order of their keys.

    These are the one handed over, and another of the same number.
    """
    known = Transfer.objects.filter(pk=key).values_list("person", "twin", "personal_id").first()
    if known is None:
        return None
    person, twin, number = known
    concerned = Q(key=person) | Q(key=twin) | Q(personal_id=number, personal_id__isnull=False)
    list(Dossier.objects.select_for_update().filter(concerned).order_by("key").values_list("pk"))
    return locked(key)


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


def incoming(subject: Subject, key: UUID) -> Transfer:
    """A hand-over to this node, for whoever accepts for the whole agency; Problem ACC-DENIED, TRF-NOT-FOUND."""
    require(subject, Right.TRANSFER_ACCEPT, settings.CCVC_AGENCY)
    row = Transfer.objects.filter(pk=key, side=Side.RECEIVER).first()
    if row is None:
        raise Problem("TRF-NOT-FOUND")
    return row
