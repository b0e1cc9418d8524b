"""What earlier readings of an agency's database left behind: how far they came, and whom they still owe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

import orjson
from django.conf import settings
from django.db.models import QuerySet
from django.utils.timezone import localtime

from ccvc.changes.models import PENDING, Change
from ccvc.intake import storage
from ccvc.intake.databases.fetching import Wanted
from ccvc.intake.databases.snapshot import Snapshot
from ccvc.intake.databases.values import Kept, value_of
from ccvc.intake.layout import MAIN
from ccvc.intake.models import DatabaseRead, IntakeFinding, IntakeRow, State

MOST_AGAIN = 1_000  # people read again in one go; the rest wait for the next
SETTLED = timedelta(days=1)  # clocks of databases may be of another time zone, and transactions long
_PENDING = "CHG-CONFLICT"
_FIRST_ROW = 2  # below the headings
_PERSON = 1  # its place in a row that was kept


@dataclass(frozen=True, slots=True)
class Origin:
    """Which database, for which unit, read by which mapping."""

    source: str
    unit_code: str
    mapping_sha256: str


def wanted(origin: Origin, *, full: bool) -> Wanted:
    """What to read now: all, or what changed since the last finished reading by the same mapping."""
    last = finished(origin).first()
    if last is None:
        return Wanted()
    marks = orjson.loads(last.marks)
    if full or not marks:
        return Wanted(after=last.intake.sha256 if full else "")
    again = list(islice(due(origin), MOST_AGAIN))
    settled = frozenset(key for key, mark in marks.items() if _settled(mark, last.read_at))
    return Wanted(marks, settled, again, last.intake.sha256 if again else "")


def _settled(mark: Kept, read_at: datetime) -> bool:
    """Whether a moment was long past when it was read; what is no moment, or text that is none, never is."""
    try:
        value = datetime.fromisoformat(mark) if isinstance(mark, str) else value_of(mark)
    except ValueError:
        return False
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time.max)
    return isinstance(value, datetime) and value.replace(tzinfo=None) < _naive(read_at) - SETTLED


def _naive(moment: datetime) -> datetime:
    return localtime(moment).replace(tzinfo=None)


def finished(origin: Origin) -> QuerySet[DatabaseRead]:
    """Readings by this mapping whose intake is proposed to its end, the newest first."""
    return _reads(origin).filter(mapping_sha256=origin.mapping_sha256, intake__state=State.PROPOSED)


def begun(origin: Origin) -> DatabaseRead | None:
    """A reading that was broken off while it was proposed, by whatever mapping."""
    return _reads(origin).filter(intake__state=State.READ, intake__proposed_to__gt=0).first()


def _reads(origin: Origin) -> QuerySet[DatabaseRead]:
    return (
        DatabaseRead.objects.filter(
            source=origin.source,
            intake__unit_code=origin.unit_code,
            intake__agency_code=settings.CCVC_AGENCY,
        )
        .select_related("intake")
        .order_by("-read_at", "-pk")
    )


def due(origin: Origin) -> Iterator[Kept]:
    """People who were held up by another pending change, which has been decided since: by what joins their rows."""
    intakes = list(finished(origin).values_list("intake_id", flat=True))
    held_up = IntakeFinding.objects.filter(intake__in=intakes, code=_PENDING).values_list("cell", flat=True)
    numbers = set(held_up) - _still_pending(held_up)
    places: dict[str, IntakeRow] = {}
    for row in IntakeRow.objects.filter(intake__in=intakes, sheet=MAIN, personal_id__in=numbers).order_by(
        "intake__database_read__read_at", "intake__database_read"
    ):
        places[row.personal_id] = row
    for read in finished(origin):
        rows = {row.row for row in places.values() if row.intake_id == read.intake_id}
        yield from _kept_of(read, _held_up(read, rows))


def _still_pending(numbers: Iterable[str]) -> set[str]:
    waiting = Change.objects.filter(personal_id__in=numbers, state__in=PENDING)
    return {number for number in waiting.values_list("personal_id", flat=True) if number}


def _held_up(read: DatabaseRead, rows: set[int]) -> set[int]:
    found = IntakeFinding.objects.filter(intake=read.intake_id, code=_PENDING, person_row__in=rows)
    return {row for row in found.values_list("person_row", flat=True) if row}


def _kept_of(read: DatabaseRead, rows: set[int]) -> Iterator[Kept]:
    """What joins the rows of these persons, from the snapshot they were read in."""
    if rows:
        taken = Snapshot(storage.original(read.intake), read.intake.file_name)
        for number, row in enumerate(taken.kept(MAIN), start=_FIRST_ROW):
            if number in rows:
                yield row[_PERSON]
