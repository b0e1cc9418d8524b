"""Job positions of a unit: approved by a decision from a day on, or ended by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ccvc.access.domain import Right, Subject, require
from ccvc.organisations.actions.records import audit, lock, require_over, standing
from ccvc.organisations.domain import written
from ccvc.organisations.domain.positions import DAY, LONGEST, Asked, rest
from ccvc.organisations.homes import taken_in
from ccvc.organisations.models import Position, UnitState
from ccvc.organisations.positionfiles import read_batches, rows_problem
from ccvc.organisations.selectors.positions import positions_of
from ccvc.standard.problems import Problem

MOST = 2000
COPIED = (
    "unit_id",
    "code",
    "name",
    "kind",
    "leadership",
    "ranks",
    "job_level",
    "criteria",
    "places",
    "decision_number",
    "decided_on",
    "issuer",
    "entered_by",
)


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision that approves or ends positions: number, day, issuer."""

    number: str
    decided_on: date
    issuer: str

    def checked(self) -> Decision:
        """Itself without surrounding space. Problem POS-DECISION where it lacks something."""
        kept = Decision(" ".join(self.number.split()), self.decided_on, " ".join(self.issuer.split()))
        if not (kept.number and kept.issuer) or len(kept.number) > LONGEST or len(kept.issuer) > LONGEST:
            raise Problem("POS-DECISION", where="decision_number", most=LONGEST)
        return kept


@dataclass(frozen=True, slots=True)
class Approved:
    """How many positions were written, and how many stood already as the decision says."""

    written: int
    present: int


@transaction.atomic
def approve_positions(
    subject: Subject,
    *,
    unit_code: str,
    asked: Sequence[Asked],
    on: date,
    decision: Decision,
    until: date | None = None,
    whole: bool = False,
) -> Approved:
    """Positions of a unit from a day on, or for some days; `whole`: the unit has no other from the day on.

    Those of a unit it took over are replaced where they have the same code. Problem ACC-DENIED, ORG-NO-UNIT,
    POS-NOTHING, POS-TWICE, POS-DATES, POS-DECISION, POS-LATER where one was approved from a later day on.
    """
    require(subject, Right.ORGANISATION_EDIT)
    lock()
    state = standing(unit_code, on, "unit_code")
    require_over(subject, state.unit_id, on)
    _sound(asked, on, until)
    decided = decision.checked()
    fresh = [_position(state, one, on, until, decided, subject) for one in asked]
    own = _overlapping(frozenset({state.unit_id}), on, until)
    standing_now = {row.code: row for row in own if row.valid_from <= on}
    later = {row.code: row for row in own.order_by("-valid_from") if row.valid_from > on}
    new = [row for row in fresh if not _same(row, standing_now.get(row.code), later.get(row.code))]
    present = {row.code for row in fresh} - {row.code for row in new}
    _refuse_later(later, None if whole else {row.code for row in new}, until)
    replaced = _overlapping(taken_in(state.unit_id, on, positions=True), on, until)
    if not whole:
        replaced = replaced.filter(code__in=[row.code for row in new])
    ended = _end([row for row in replaced if row.code not in present], on, until)
    Position.objects.bulk_create([*ended, *new])
    if new or ended:
        _enter("positions_approved", subject, state, decided, on, [row.code for row in new], whole=whole)
    return Approved(len(new), len(present))


@transaction.atomic
def end_position(
    subject: Subject, *, unit_code: str, code: str, last_day: date, decision: Decision
) -> Position:
    """End a position of a unit after its last day. Problem ACC-DENIED, ORG-NO-UNIT, POS-UNKNOWN, POS-DECISION."""
    require(subject, Right.ORGANISATION_EDIT)
    lock()
    state = standing(unit_code, last_day, "unit_code")
    require_over(subject, state.unit_id, last_day)
    decided = decision.checked()
    rows = [row for row in positions_of(state.unit_id, last_day) if row.code == code]
    if not rows:
        raise Problem("POS-UNKNOWN", where="code", code=code[:60], unit=state.code, on=written(last_day))
    kept = _end(rows, last_day + DAY, None)
    Position.objects.bulk_create(kept)
    _enter("position_ended", subject, state, decided, last_day, [code])
    return kept[0]


@transaction.atomic
def load_positions(subject: Subject, name: str, raw: bytes) -> Approved:
    """Positions of many units from a file, a row a position: all or none; what stands already is left as it is.

    Problem POS-FILE, POS-ROWS with every faulty row, and what approving raises.
    """
    require(subject, Right.ORGANISATION_EDIT)
    made = Approved(0, 0)
    faults: list[tuple[int, Problem]] = []
    for batch in read_batches(name, raw):
        try:
            with transaction.atomic():
                done = approve_positions(
                    subject,
                    unit_code=batch.unit_code,
                    asked=batch.asked,
                    on=batch.on,
                    until=batch.until,
                    decision=Decision(*batch.decision),
                )
        except Problem as problem:
            faults.append((batch.first_row, problem))
        else:
            made = Approved(made.written + done.written, made.present + done.present)
    if faults:
        raise rows_problem(name, faults)
    return made


def _sound(asked: Sequence[Asked], on: date, until: date | None) -> None:
    if not 0 < len(asked) <= MOST:
        raise Problem("POS-NOTHING", most=MOST)
    codes = Counter(one.code for one in asked)
    if twice := [code for code, number in codes.items() if number > 1]:
        raise Problem("POS-TWICE", where="code", codes=", ".join(twice[:10]))
    if until is not None and until < on:
        raise Problem("POS-DATES", where="until", first=written(on), last=written(until))


def _position(
    state: UnitState, one: Asked, on: date, until: date | None, decision: Decision, subject: Subject
) -> Position:
    return Position(
        unit_id=state.unit_id,
        **one.as_columns(),
        valid_from=on,
        valid_to=until,
        decision_number=decision.number,
        decided_on=decision.decided_on,
        issuer=decision.issuer,
        entered_by=subject.username,
        known_from=timezone.now(),
    )


def _same(one: Position, other: Position | None, later: Position | None) -> bool:
    """Whether what is approved stands already, entered by whomever, until a later approval took its place."""
    if other is None:
        return False
    names = [name for name in (*COPIED, "valid_from") if name != "entered_by"]
    ended = other.valid_to
    until = one.valid_to
    if until is None and later is not None and ended == later.valid_from - DAY:
        until = ended
    return ended == until and all(getattr(one, name) == getattr(other, name) for name in names)


def _refuse_later(later: Mapping[str, Position], codes: Collection[str] | None, until: date | None) -> None:
    """Nothing approved from a later day on is lost by an approval that names no end."""
    met = [row for code, row in later.items() if codes is None or code in codes]
    if until is None and met:
        row = min(met, key=lambda one: one.valid_from)
        raise Problem("POS-LATER", where="until", code=row.code, later=written(row.valid_from))


def _overlapping(units: frozenset[int], on: date, until: date | None) -> QuerySet[Position]:
    rows = Position.objects.filter(unit_id__in=units, known_to=None).exclude(valid_to__lt=on)
    return rows.filter(valid_from__lte=until) if until else rows


def _end(rows: Sequence[Position], on: date, until: date | None) -> list[Position]:
    """End what was known of these from `on` until `until`; what is to be written again of their other days."""
    now = timezone.now()
    Position.objects.filter(pk__in=[row.pk for row in rows]).update(known_to=now)
    return [kept for row in rows for kept in _kept(row, on, until, now)]


def _kept(row: Position, on: date, until: date | None, now: datetime) -> Iterator[Position]:
    for first, last in rest(row.valid_from, row.valid_to, on, until):
        values = {name: getattr(row, name) for name in COPIED}
        yield Position(**values, valid_from=first, valid_to=last, known_from=now)


def _enter(
    act: str,
    subject: Subject,
    state: UnitState,
    decision: Decision,
    on: date,
    codes: Sequence[str],
    *,
    whole: bool = False,
) -> None:
    """The entry in the ledger: the decision, the unit, the day, the codes."""
    said = {
        "unit": state.code,
        "on": on.isoformat(),
        "decision": decision.number,
        "decided_on": decision.decided_on.isoformat(),
    }
    audit(act, subject, str(state.unit.key), **said, codes=list(codes), whole=whole)
