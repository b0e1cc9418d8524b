"""Where a month of an agency stands, rows as they are kept, and what changed between two closings. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

import msgspec
import zstandard

from ccvc.exchange.domain.reconcile import StateRow
from ccvc.exchange.domain.snapshots import Count, Movement
from ccvc.rules.closing import ClosingPolicy, Window, last_day
from ccvc.standard.problems import Problem

FRESH = timedelta(hours=24)
MOST_MONTHS = 12
REASON = (10, 500)
MONTH = re.compile(r"(20|21)[0-9]{2}-(0[1-9]|1[0-2])")
Stage = Literal["free", "coming", "open", "awaited", "missing", "in_time", "late", "differing", "refused"]
TROUBLE: dict[Stage, int] = {
    "missing": 0,
    "refused": 1,
    "differing": 2,
    "awaited": 3,
    "late": 4,
    "open": 5,
    "coming": 6,
    "in_time": 7,
    "free": 8,
}
"""What most needs a look first."""


class Where(NamedTuple):
    """Where somebody is counted, each empty where it is not stated."""

    unit: str
    category: str
    status: str


NOWHERE = Where("", "", "")


class Person(NamedTuple):
    """One person of a closing: the row both sides compare, and where they are counted."""

    row: StateRow
    where: Where


class Recounted(NamedTuple):
    """A number of a closing that is another when made again: people of a place, as stated and as found."""

    unit: str
    category: str
    status: str
    stated: int
    found: int


class Kept(NamedTuple):
    """A row as a bucket keeps it."""

    person: UUID
    number: int
    version: str
    national: str
    serving: bool

    @property
    def state(self) -> StateRow:
        """What the two sides compare."""
        return StateRow(*self[:4])


_decoder = msgspec.json.Decoder(list[tuple[UUID, int, str, str, bool]])


def pack(rows: Sequence[Kept]) -> bytes:
    """Rows of a bucket as they are stored: compressed JSON."""
    return zstandard.compress(msgspec.json.encode(rows), 3)


def unpack(packed: bytes) -> list[Kept]:
    """Rows as they were packed."""
    return [Kept(*row) for row in _decoder.decode(zstandard.decompress(packed))]


@dataclass(slots=True)
class Tally:
    """Counting while rows go by, bucket after bucket: by unit, category and status, and against an earlier closing."""

    serving_codes: frozenset[str]
    counts: Counter[Where] = field(default_factory=Counter)
    people: int = 0
    serving: int = 0
    arrived: int = 0
    left: int = 0
    changed: int = 0

    def take(self, members: Iterable[Person], before: Iterable[Kept]) -> list[Kept]:
        """Count one bucket beside the same bucket of the closing before; the rows to keep."""
        earlier = {kept.person: kept for kept in before}
        kept = [self._count(member, earlier.pop(member.row.person, None)) for member in members]
        self.left += sum(gone.serving for gone in earlier.values())
        return kept

    def _count(self, member: Person, before: Kept | None) -> Kept:
        serves = member.where.status in self.serving_codes
        self.counts[member.where] += 1
        self.people += 1
        self.serving += serves
        served = before is not None and before.serving
        self.arrived += serves and not served
        self.left += served and not serves
        self.changed += before is not None and before.version != member.row.version
        return Kept(*member.row, serves)

    def as_counts(self) -> list[Count]:
        """The counts in order."""
        return [Count(*key, people) for key, people in sorted(self.counts.items())]

    def movement(self, month: str, statement: str, serving: int) -> Movement:
        """What moved against an earlier closing with so many people serving."""
        return Movement(month, statement, serving, self.arrived, self.left, self.changed)


def read_where(unit: str, category: str, status: str) -> Where:
    """Where somebody is counted, as a database tells it; a value only marked as absent is not stated."""
    return Where(*("" if text.startswith("{") else text for text in (unit, category, status)))


def where_on(stated: Iterable[tuple[date, Where]], day: date) -> Where:
    """Where somebody is counted on a day, from what their versions stated, in committed order.

    What a version changed does not count before its day; who has not begun is nowhere.
    """
    held = before = NOWHERE
    for valid_from, now in stated:
        if valid_from <= day:
            changes = zip(held, before, now, strict=True)
            held = Where(*(kept if old == new else new for kept, old, new in changes))
        before = now
    return held


def recounted(stated: Iterable[Count], found: Mapping[Where, int]) -> list[Recounted]:
    """Where the numbers of a closing are not those made again, the furthest apart first."""
    told = {Where(count.unit, count.category, count.status): count.people for count in stated}
    rows = (
        Recounted(*where, told.get(where, 0), found.get(where, 0)) for where in told.keys() | found.keys()
    )
    wrong = (row for row in rows if row.stated != row.found)
    return sorted(wrong, key=lambda row: (-abs(row.stated - row.found), row))


@dataclass(frozen=True, slots=True)
class Signed:
    """What is known of the closings of one month: whether one was signed in time, and what came of the last."""

    in_time: bool
    refused: bool = False
    differing: int | None = None


def stage_of(policy: ClosingPolicy | None, month: date, today: date, signed: Signed | None) -> Stage:
    """Where a month of an agency stands on a day; `policy` is None before there was any."""
    if signed is not None:
        return _stage_signed(signed)
    if policy is None or policy.mode == "continuous":
        return "free"
    window = policy.window(month)
    if today < window.opens:
        return "coming"
    if today <= window.closes:
        return "open"
    return "awaited" if today <= window.awaited_until else "missing"


def _stage_signed(signed: Signed) -> Stage:
    if signed.refused:
        return "refused"
    if signed.differing:
        return "differing"
    return "in_time" if signed.in_time else "late"


def is_in_time(window: Window, day: date) -> bool:
    """Whether a signature on this day is in time."""
    return window.opens <= day <= window.closes


def refuse_closed_to(month: date, window: Window, today: date) -> None:
    """Problem CLS-EARLY or CLS-TOO-OLD where a month may not be closed on a day."""
    if today < window.opens:
        raise Problem("CLS-EARLY", month=said(month), opens=f"{window.opens:%d/%m/%Y}")
    if (today.year - month.year) * 12 + today.month - month.month > MOST_MONTHS:
        raise Problem("CLS-TOO-OLD", month=said(month), most=MOST_MONTHS)


def checked_reason(text: str, *, late: bool) -> str:
    """Why a closing is late, as it is signed; nothing where it is not. Problem CLS-REASON."""
    if not late:
        return ""
    reason = " ".join(text.split())
    least, most = REASON
    if not least <= len(reason) <= most or not reason.isprintable():
        raise Problem("CLS-REASON", where="reason", least=least, most=most)
    return reason


def refuse_ahead(month: date, at: datetime, day: date, latest: datetime) -> None:
    """Problem CLS-FUTURE where a closing was drawn up before its month came, or ahead of the present."""
    if day < month or at > latest:
        raise Problem("CLS-FUTURE", where="statement.month", month=said(month), at=f"{at:%Y-%m-%dT%H:%M:%SZ}")


def is_within(month: date, day: date) -> bool:
    """Whether a day lies in a month."""
    return month <= day <= last_day(month)


def read_month(text: str) -> date:
    """A month written year-month; Problem CLS-MONTH."""
    if not MONTH.fullmatch(text):
        raise Problem("CLS-MONTH", where="month", got=text[:20])
    return date.fromisoformat(f"{text}-01")


def said(month: date) -> str:
    """A month for people."""
    return f"{month:%m/%Y}"
