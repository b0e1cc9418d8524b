"""Saying whose a row without a number is: one by one, or all that are certain; each row is then judged again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject, require
from ccvc.intake import limits
from ccvc.intake.actions.reading import FINDING, ROW, in_unit, kept_row, stored, terms_of
from ccvc.intake.actions.seeking import within
from ccvc.intake.copying import copy_in
from ccvc.intake.joining import PLACED
from ccvc.intake.judging import Judge, Judged, Task
from ccvc.intake.layout import MAIN
from ccvc.intake.models import Intake, IntakeFinding, IntakeRow, Likeness, Match, State, Verdict
from ccvc.intake.persons import Document
from ccvc.intake.selectors import intake as found_intake
from ccvc.intake.shapes.parts import shown
from ccvc.intake.stage import Slice, StagedRow, StagedSheet
from ccvc.ledger import actions as ledger
from ccvc.standard.problems import Problem

Choices = Mapping[int, UUID | None]
"""By row, the dossier it is of; None: of nobody listed."""


@transaction.atomic
def decide(subject: Subject, intake_id: UUID, choices: Choices) -> Intake:
    """Take these rows for those of these dossiers, and judge them as changes of theirs; all of them or none.

    May be said otherwise until the file is proposed. Raises INT-UNKNOWN, ACC-DENIED, INT-MATCH-CLOSED,
    INT-MATCH-ROW, INT-MATCH-GONE, INT-MATCH-TAKEN.
    """
    intake = opened(subject, intake_id)
    matches = {m.row: m for m in Match.objects.filter(intake=intake, row__in=list(choices))}
    missing = [row for row in choices if row not in matches]
    if missing:
        raise Problem("INT-MATCH-ROW", row=shown(missing[0]))
    _refuse_taken(intake, choices)
    there = within(in_unit(intake), [key for key in choices.values() if key])
    for row, key in choices.items():
        if key and (key not in there or str(key) not in matches[row].candidates):
            raise Problem("INT-MATCH-GONE", row=shown(row))
    _write(intake, matches, choices, _judged(intake, matches, choices, there))
    _note(subject, intake, choices)
    _audit(subject, intake, choices)
    return intake


def _note(subject: Subject, intake: Intake, choices: Choices) -> None:
    """Who said it, when, and of which dossier each row is."""
    who = [timezone.now(), subject.user_id, subject.full_name]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE intake_match m SET chosen = c.key, decided_at = %s, decided_by = %s, decided_by_name = %s"
            " FROM unnest(%s::int[], %s::uuid[]) AS c(row, key) WHERE m.intake_id = %s AND m.row = c.row",
            [*who, list(choices), list(choices.values()), intake.pk],
        )


def take_certain(subject: Subject, intake_id: UUID) -> int:
    """Take every row that is certain for that of its dossier, slice by slice; returns how many. Raises as `decide`."""
    return _all(subject, intake_id, Likeness.CERTAIN, lambda match: UUID(match.candidates[0]))


def leave_rest(subject: Subject, intake_id: UUID) -> int:
    """Say of every row that still waits that it is nobody's: they go back, and the others can be proposed."""
    return _all(subject, intake_id, None, lambda _match: None)


def _all(
    subject: Subject, intake_id: UUID, likeness: str | None, choice: Callable[[Match], UUID | None]
) -> int:
    done, last = 0, -1
    waiting = Match.objects.filter(intake=intake_id, decided_at__isnull=True).order_by("row")
    if likeness:
        waiting = waiting.filter(likeness=likeness)
    while matches := list(waiting.filter(row__gt=last)[: limits.SLICE_ROWS]):
        decide(subject, intake_id, {match.row: choice(match) for match in matches})
        done, last = done + len(matches), matches[-1].row
    return done


def opened(subject: Subject, intake_id: UUID) -> Intake:
    """The intake, locked, if this person may take files in for its unit and it has been read and not proposed."""
    intake = found_intake(subject, intake_id)
    require(subject, Right.INTAKE_RUN, intake.unit_code)
    locked = Intake.objects.select_for_update().get(pk=intake.pk)
    if locked.state != State.READ or locked.proposed_to or locked.asked_at:
        raise Problem("INT-MATCH-CLOSED")
    return locked


def _refuse_taken(intake: Intake, choices: Choices) -> None:
    """Two rows of a file cannot be one person: nobody can say here which is right."""
    wanted = [key for key in choices.values() if key]
    others = IntakeRow.objects.filter(intake=intake, sheet=MAIN, person_key__in=wanted)
    found = {key: row for key, row in others.values_list("person_key", "row") if row not in choices}
    twice = {key for key, number in Counter(wanted).items() if number > 1}
    for row, key in choices.items():
        if key in twice or key in found:
            other = found.get(key) or next(r for r, k in choices.items() if k == key and r != row)
            raise Problem("INT-MATCH-TAKEN", row=shown(row), other=shown(other))


def _judged(
    intake: Intake,
    matches: Mapping[int, Match],
    choices: Choices,
    there: Mapping[UUID, tuple[str, Document]],
) -> list[Judged]:
    """The rows judged again, each as a change of the dossier chosen, or as a person nobody knows."""
    sheets = sheets_of(intake)
    people: list[StagedRow] = []
    tables: dict[str, list[StagedRow]] = {}
    order = sorted(choices)
    task = Task(Slice(order[0], order[-1], ()))
    for row in order:
        person, key = f"{PLACED}{row}", choices[row]
        main, *tables[person] = rows_again(sheets, matches[row].cells, person)
        people.append(main)
        if key is None:
            task.unmatched |= {person}
        else:
            number, document = there[key]
            task.chosen[person], task.existing[number] = number, document
    return Judge(terms_of(intake), Kept(sheets, people, tables)).slice(task)


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows made again from their cells, as `judging.FileRows`."""

    sheets: Sequence[StagedSheet]
    held: list[StagedRow]
    held_tables: dict[str, list[StagedRow]]

    def people(self, _first: int, _last: int) -> list[StagedRow]:
        """All of them."""
        return self.held

    def tables(self, _people: Sequence[StagedRow]) -> dict[str, list[StagedRow]]:
        """Rows of their tables."""
        return self.held_tables

    def repeated(self, _people: Sequence[StagedRow]) -> dict[str, str]:
        """Nobody: two rows cannot be taken for one person."""
        return {}


def rows_again(sheets: Sequence[StagedSheet], cells: str, person: str) -> list[StagedRow]:
    """The row of a person, and the rows of their tables, from the cells that were kept."""
    places = {sheet.key: n for n, sheet in enumerate(sheets)}
    found: list[StagedRow] = []
    for one in orjson.loads(cells)["rows"]:
        place = places[one["sheet"]]
        kept = [one["cells"].get(path) for _, path in sheets[place].columns]
        found.append(StagedRow(place, one["at"], person, kept))
    return found


def sheets_of(intake: Intake) -> list[StagedSheet]:
    """The sheets and columns a file was read by."""
    return [
        StagedSheet(s["key"], s["title"], s["row"], tuple(map(tuple, s["columns"])), tuple(s["titles"]))
        for s in orjson.loads(intake.sheets)
    ]


def _write(intake: Intake, matches: Mapping[int, Match], choices: Choices, judged: Sequence[Judged]) -> None:
    """The rows as they are now, what is said of them, and the counts of the file."""
    before = IntakeRow.objects.filter(intake=intake, sheet=MAIN, row__in=list(choices))
    for verdict, left_out in before.values_list("verdict", "left_out"):
        setattr(intake, verdict, getattr(intake, verdict) - 1)
        intake.left_rows -= left_out
    for one in judged:
        setattr(intake, one.verdict, getattr(intake, one.verdict) + 1)
    before.delete()
    copy_in(IntakeRow, ROW, (kept_row(intake, MAIN, one, choices[one.row]) for one in judged))
    IntakeFinding.objects.filter(intake=intake, person_row__in=list(matches)).delete()
    copy_in(IntakeFinding, FINDING, (stored(intake, f, one.row) for one in judged for f in one.findings))
    intake.save(update_fields=[*Verdict.values, "left_rows"])


def _audit(subject: Subject, intake: Intake, choices: Choices) -> None:
    said = {str(row): str(key) if key else None for row, key in choices.items()}
    payload = {
        "act": "intake-match",
        "by": subject.username,
        "rows": len(said),
        "choices": said if len(said) == 1 else standard.digest(standard.canonical(said)),
        "request": subject.request_id,
    }
    ledger.append("administrative", f"intake:{intake.pk}", payload)
