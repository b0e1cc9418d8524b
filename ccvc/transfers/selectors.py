"""Reads of the room: hand-overs, requests and the drawer. Who is out of reach is answered like who does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from ccvc import standard
from ccvc.access.domain import Right, Subject, require
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Dossier, Head
from ccvc.dossiers.selectors import narrowed
from ccvc.organisations.models import UnitState
from ccvc.organisations.selectors import agencies, reach, states
from ccvc.standard.problems import Problem
from ccvc.standard.reading import serving, value_at
from ccvc.transfers.domain.contents import TOLD
from ccvc.transfers.models import OPEN, Request, Side, State, Transfer


@dataclass(frozen=True, slots=True)
class Pair:
    """What the coming dossier and the own one say at a path."""

    path: str
    coming: Any
    own: Any

    @property
    def label(self) -> str:
        """What stands there, in words."""
        return standard.label(self.path, "en" if get_language() == "en" else "vi")

    @property
    def differs(self) -> bool:
        """Whether they say different things."""
        return bool(self.coming != self.own)


@dataclass(frozen=True, slots=True)
class Twins:
    """The own dossier with the number of the one coming, and both side by side."""

    own: Dossier
    name: str
    pairs: list[Pair]


def accepts(subject: Subject) -> bool:
    """Whether the subject takes dossiers over for the whole agency."""
    try:
        require(subject, Right.TRANSFER_ACCEPT, settings.CCVC_AGENCY)
    except Problem:
        return False
    return True


def _within(subject: Subject) -> Exists:
    """Rows of people the subject may hand over, or who lie in the drawer of a unit of theirs."""
    units = reach(subject, Right.TRANSFER_OFFER, timezone.localdate())
    reached = Q(unit_id__in=units) | Q(drawer_unit_id__in=units)
    return Exists(Dossier.objects.filter(reached, key=OuterRef("person")))


def outgoing(subject: Subject) -> QuerySet[Transfer]:
    """Hand-overs this node began, of people within reach, the newest first."""
    return Transfer.objects.filter(_within(subject), side=Side.GIVER).order_by("-begun_at")


def incoming(subject: Subject) -> QuerySet[Transfer]:
    """Hand-overs to this node, for who takes them over; none for anyone else."""
    rows = Transfer.objects.filter(side=Side.RECEIVER).order_by("-begun_at")
    return rows if accepts(subject) else rows.none()


def asked_of_us(subject: Subject) -> QuerySet[Request]:
    """Dossiers other agencies ask for, of people within reach."""
    return Request.objects.filter(_within(subject), side=Side.GIVER).order_by("-asked_at")


def asked_by_us(subject: Subject) -> QuerySet[Request]:
    """Dossiers this agency asks for, for who takes them over."""
    rows = Request.objects.filter(side=Side.RECEIVER).order_by("-asked_at")
    return rows if accepts(subject) else rows.none()


def passing(subject: Subject) -> QuerySet[Transfer]:
    """Hand-overs as the national node knows them, told without people."""
    require(subject, Right.EXCHANGE_SEE)
    return Transfer.objects.filter(side=Side.NATIONAL).order_by("-begun_at")


def handover(subject: Subject, key: UUID) -> Transfer:
    """One hand-over: of one's own dossier, of a person within reach, or to this agency for who takes it over.

    Problem TRF-NOT-FOUND, whichever it was.
    """
    row = Transfer.objects.filter(pk=key).first()
    if row is None or not _may_see(subject, row):
        raise Problem("TRF-NOT-FOUND")
    return row


def _may_see(subject: Subject, row: Transfer) -> bool:
    if row.side == Side.RECEIVER and accepts(subject):
        return True
    try:
        dossiers.dossier(subject, row.person)
    except Problem:
        return False
    return True


def twin_of(subject: Subject, row: Transfer) -> Twins | None:
    """The own dossier with the number of the one coming, or the one annulled for it, as far as the subject may read it.

    For whoever takes dossiers over; None for anyone else, and where there is none.
    """
    if row.side != Side.RECEIVER or not accepts(subject):
        return None
    same = Q(personal_id=row.personal_id) if row.personal_id and row.opened_at is None else Q(pk=None)
    own = Dossier.objects.filter(same | Q(key=row.twin)).exclude(key=row.person).order_by("pk").first()
    if own is None:
        return None
    try:
        seen = dossiers.seen(subject, own.key)
    except Problem:
        return None
    told = seen.document if row.opened_at is None else dossiers.seen(subject, row.person).document
    coming = row.facts or {path: value_at(told, path) for path in TOLD}
    pairs = [Pair(path, coming.get(path), value_at(seen.document, path)) for path in TOLD]
    return Twins(own, seen.name, [pair for pair in pairs if pair.coming or pair.own])


def handovers_of(subject: Subject, person_key: UUID) -> list[Transfer]:
    """All hand-overs of a person this node knows, the newest first; Problem DOS-UNKNOWN."""
    dossiers.dossier(subject, person_key)
    return list(Transfer.objects.filter(person=person_key).order_by("-begun_at"))


def drawer(subject: Subject, text: str = "") -> QuerySet[Head]:
    """Dossiers of the drawer within reach, by name: handed over, or of people who serve no more."""
    units = reach(subject, Right.DOSSIER_LIST, timezone.localdate())
    gone = Q(dossier__drawer_unit_id__in=units)
    left = Q(dossier__unit_id__in=units) & Q(status__isnull=False) & ~Q(status__in=serving())
    rows = Head.objects.filter(gone | left).select_related("dossier").order_by("name_key", "pk")
    return narrowed(rows, text, None, {})


def receivers() -> list[UnitState]:
    """Agencies a dossier may be handed to: ministries, other central bodies and provinces of today but this one."""
    return [one for one in agencies(timezone.localdate()) if one.code != settings.CCVC_AGENCY]


def agency_names() -> dict[str, str]:
    """What agencies are called today, by code."""
    return {one.code: one.name for one in agencies(timezone.localdate())}


def taking_units(subject: Subject) -> list[UnitState]:
    """Units of this agency into which the subject may take people over, by code."""
    today = timezone.localdate()
    units = reach(subject, Right.TRANSFER_ACCEPT, today)
    return list(states(today).filter(unit_id__in=units).order_by("code"))


def rows_told(*, unfinished: bool = False) -> list[dict[str, str]]:
    """Hand-overs this node knows, the newest first, without people, for whoever runs the node.

    `unfinished` leaves out those that have ended and, where the dossier came here, are open.
    """
    rows = Transfer.objects.order_by("-begun_at")
    if unfinished:
        rows = rows.filter(Q(state__in=OPEN) | Q(side=Side.RECEIVER, state=State.SWITCHED, opened_at=None))
    return [
        {
            "transfer": str(row.pk),
            "side": row.side,
            "giver": row.giver,
            "receiver": row.receiver,
            "decision": row.decision,
            "state": row.state,
            "begun_at": row.begun_at.isoformat(),
            "receipt": row.receipt_sha256,
            "problem": str((row.problem or {}).get("code", "")),
        }
        for row in rows
    ]
