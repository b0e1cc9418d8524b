"""Looking, while a file is read, for the dossiers of people whose rows have no number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import orjson

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.dossiers import matching
from ccvc.dossiers import selectors as dossiers
from ccvc.intake import identities
from ccvc.intake.copying import copy_in
from ccvc.intake.findings import of_problem
from ccvc.intake.joining import PLACED
from ccvc.intake.judging import Judge, Judged, Task, Terms
from ccvc.intake.layout import BIRTH, NAME, PERSON
from ccvc.intake.models import Intake, IntakeFinding, IntakeRow, Likeness, Match
from ccvc.intake.persons import Document
from ccvc.intake.shapes.parts import shown, title_of
from ccvc.intake.stage import Stage, StagedRow
from ccvc.standard.problems import Problem
from ccvc.standard.reading import value_at

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for one row; `chosen` where an officer said before whose it is."""

    match: Match
    decided: bool


class Seeker:
    """Looks slice by slice, as the node within the unit of the file."""

    def __init__(self, intake: Intake, terms: Terms, rows: Stage, subject: Subject) -> None:
        self.subject = subject
        self._intake = intake
        self._rows = rows
        self._terms = terms
        self._found: dict[int, list[Found]] = {}

    @cached_property
    def _judge(self) -> Judge:
        """Made only for a file that has such rows."""
        return Judge(self._terms, self._rows)

    def sought(self, task: Task) -> Task:
        """The slice, with what was found for its rows without a number."""
        if task.rows.placed:
            placed = set(task.rows.placed)
            people = self._rows.people(task.rows.first, task.rows.last)
            self._seek(task, [row for row in people if row.row in placed])
        return task

    def _seek(self, task: Task, rows: Sequence[StagedRow]) -> None:
        said = {row.row: self._judge.given(row) for row in rows}
        asked = {n: identities.digest(document) for n, document in said.items()}
        decided = {m.row: m for m in _decided(self._intake, list(said)) if m.asked == asked[m.row]}
        self._settle(task, decided)
        wanted = {n: d for n, d in said.items() if n not in decided and identities.may_be_sought(d)}
        found = [Found(match, decided=True) for match in decided.values()]
        vain = {f"{PLACED}{m.row}" for m in decided.values() if m.chosen is None}
        for n, candidates in candidates_of(self.subject, wanted).items():
            if candidates:
                found.append(Found(self._match(n, said[n], candidates), decided=False))
            else:
                vain.add(f"{PLACED}{n}")
        task.asked = frozenset(f"{PLACED}{one.match.row}" for one in found if not one.decided)
        task.unmatched = frozenset(vain)
        self._add_cells(rows, found)
        self._found[task.rows.last] = found

    def _add_cells(self, rows: Sequence[StagedRow], found: Sequence[Found]) -> None:
        tables = self._rows.tables(rows)
        by_row = {row.row: row for row in rows}
        for one in found:
            row = by_row[one.match.row]
            one.match.cells = self._judge.cells(row, tables.get(row.person, ()))

    def _match(self, row: int, said: Document, candidates: Sequence[identities.Compared]) -> Match:
        keys = [str(one.key) for one in candidates[:MOST_SHOWN]]
        sure = len(candidates) < matching.MOST and identities.likeness(candidates) == "certain"
        likeness = Likeness.CERTAIN if sure else Likeness.POSSIBLE
        return Match(
            intake=self._intake,
            row=row,
            said=identities.told(said),
            asked=identities.digest(said),
            likeness=likeness,
            candidates=keys,
        )

    def _settle(self, task: Task, decided: dict[int, Match]) -> None:
        """Rows that somebody said whose they are, are rows of that dossier; of one gone they are asked anew."""
        chosen = {m.row: m.chosen for m in decided.values() if m.chosen}
        there = within(self.subject, list(chosen.values()))
        for row, key in chosen.items():
            number, document = there.get(key, ("", None))
            if document is None:
                del decided[row]
                continue
            task.chosen[f"{PLACED}{row}"] = number
            task.existing[number], task.keys[number] = document, key

    def keep(self, task: Task, judged: Iterable[Judged]) -> None:
        """Write, in the transaction that is open, what was found for the rows of a slice that wait."""
        found = self._found.pop(task.rows.last, [])
        waiting = {one.row for one in judged if one.verdict == "review"}
        new = [one.match for one in found if not one.decided and one.match.row in waiting]
        Match.objects.filter(intake=self._intake, row__in=[match.row for match in new]).delete()
        copy_in(Match, MATCH, map(_as_kept, new))
        Match.objects.bulk_update([one.match for one in found if one.decided], ["cells"])


MATCH = ("intake_id", "row", "said", "asked", "likeness", "candidates", "cells", "decided_by_name")


def _as_kept(match: Match) -> tuple[object, ...]:
    """A row that waits, as values of the columns `MATCH`."""
    said, candidates = standard.canonical(match.said).decode(), orjson.dumps(match.candidates).decode()
    facts = (match.intake_id, match.row, said, match.asked, str(match.likeness), candidates)
    return (*facts, match.cells, "")


def _decided(intake: Intake, rows: Sequence[int]) -> list[Match]:
    return list(Match.objects.filter(intake=intake, row__in=rows, decided_at__isnull=False))


def within(subject: Subject, keys: Sequence[UUID]) -> dict[UUID, tuple[str, Document]]:
    """Number and last document of those of these dossiers that lie within reach."""
    found = dossiers.current_documents(list(keys))
    reached = dossiers.by_personal_ids(subject, [d.personal_id for d, _ in found.values() if d.personal_id])
    return {
        key: (dossier.personal_id or "", document)
        for key, (dossier, document) in found.items()
        if dossier.personal_id in reached
    }


def candidates_of(subject: Subject, said: dict[int, Document]) -> dict[int, list[identities.Compared]]:
    """For each row the dossiers it may be of: by name and year of birth; where none is, by name and a place."""
    rows = list(said)
    by_year = _likely(subject, {n: said[n] for n in rows if _year(said[n])}, with_year=True)
    others = {n: said[n] for n in rows if not by_year.get(n)}
    return {n: [] for n in rows} | by_year | _likely(subject, others, with_year=False)


def _likely(
    subject: Subject, said: dict[int, Document], *, with_year: bool
) -> dict[int, list[identities.Compared]]:
    wanted = [(standard.plain(value_at(d, NAME)), _year(d) if with_year else None) for d in said.values()]
    keys = dict(zip(said, matching.namesakes(subject, wanted), strict=True))
    documents = dossiers.current_documents(list({key for found in keys.values() for key in found}))
    return {
        n: identities.ranked(said[n], [(key, documents[key][1]) for key in found if key in documents])
        for n, found in keys.items()
    }


def _year(document: Document) -> int | None:
    birth = value_at(document, BIRTH)
    return int(birth[:4]) if birth else None


def settle_repeated(intake: Intake, titles: Sequence[str]) -> None:
    """A dossier that two rows would certainly be of is certain for neither, and that is said of both."""
    certain = Match.objects.filter(intake=intake, likeness=Likeness.CERTAIN, decided_at__isnull=True)
    by_key: dict[str, list[int]] = {}
    for row, candidates in certain.values_list("row", "candidates").iterator(chunk_size=5_000):
        by_key.setdefault(candidates[0], []).append(row)
    taken = IntakeRow.objects.filter(intake=intake, person_key__isnull=False).values_list("person_key", "row")
    others = {str(key): row for key, row in taken.iterator(chunk_size=5_000) if str(key) in by_key}
    repeated = {
        key: [*rows, *([others[key]] if key in others else [])]
        for key, rows in by_key.items()
        if len(rows) > 1 or key in others
    }
    waiting = [row for key in repeated for row in by_key[key]]
    certain.filter(row__in=waiting).update(likeness=Likeness.POSSIBLE)
    IntakeFinding.objects.bulk_create(
        [_repeated(intake, row, rows, titles) for key, rows in repeated.items() for row in by_key[key]],
        batch_size=1_000,
    )


def _repeated(intake: Intake, row: int, rows: Sequence[int], titles: Sequence[str]) -> IntakeFinding:
    others = ", ".join(str(shown(one)) for one in sorted(rows) if one != row)
    found = of_problem(Problem("INT-MATCH-TWICE", rows=others), "warning")
    return IntakeFinding(
        intake=intake,
        person_row=row,
        sheet=title_of(titles, row),
        row=shown(row),
        column="",
        path=PERSON,
        label=standard.label(PERSON),
        code=found.code,
        message=found.message,
        next_step=found.next_step,
        severity=found.severity,
        cell="",
    )
