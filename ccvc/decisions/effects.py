"""What a decision does to a dossier: from the kind, what was asked and the document to the new document. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ccvc import standard
from ccvc.decisions.kinds import Add, End, Kind, Put, Replace, Step, Value, When, root_of
from ccvc.rules.reasons import Reason
from ccvc.standard.quality.case import last_day
from ccvc.standard.reading import cell, value_at

Document = dict[str, Any]
Row = dict[str, Any]
GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Ground:
    """All that effects are worked out from: what was asked, what the decision, the unit and the rules say.

    `mark` becomes the id of the rows it adds, so that to work it out again adds nothing twice.
    """

    document: Document
    asked: Mapping[str, Any]
    decision: Mapping[str, Any]
    mark: str
    unit: Mapping[str, str] = field(default_factory=dict)
    ruled: Mapping[str, Any] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()

    def value(self, named: Value) -> Any:
        """The value something is named by; None where there is none."""
        root = root_of(named)
        if root is None:
            return None if named == "" else named
        name = str(named).partition(".")[2]
        if root == "held":
            return value_at(self.document, name)
        sources: Mapping[str, Mapping[str, Any]] = {
            "asked": self.asked,
            "decision": self.decision,
            "unit": self.unit,
            "rule": self.ruled,
        }
        return sources[root].get(name)

    def holds(self, when: When) -> bool:
        """Whether every condition of a step is so."""
        return all(self._is(self.value(named), wanted) for named, wanted in when.items())

    @staticmethod
    def _is(value: Any, wanted: tuple[str, ...]) -> bool:
        return value is not None and (GIVEN in wanted or str(value) in wanted)


def told(*, number: str, decided_on: date, effective_on: date, day: date, **words: str) -> dict[str, Any]:
    """What a decision says of itself, for one person; days as ISO text, as documents hold them."""
    return {
        "number": number,
        "decided_on": decided_on.isoformat(),
        "effective_on": effective_on.isoformat(),
        "day": day.isoformat(),
        "day_before": (day - timedelta(days=1)).isoformat(),
        "year": decided_on.year,
        **words,
    }


def carried_out(kind: Kind, ground: Ground) -> Document:
    """The document after every step of a kind whose conditions hold, in order; the one given stays as it was."""
    document: Document = {
        name: dict(group) if isinstance(group, dict) else group for name, group in ground.document.items()
    }
    for place, step in enumerate(kind.effect):
        if ground.holds(step.when):
            _take(step, place, ground, document)
    return standard.tidy(document)


def _take(step: Step, place: int, ground: Ground, document: Document) -> None:
    if isinstance(step, Add):
        _add(step, place, ground, document)
    elif isinstance(step, End):
        _end(step, ground, document)
    else:
        _fields(step, ground, document)


def _add(step: Add, place: int, ground: Ground, document: Document) -> None:
    declared = standard.current().tables[step.table]
    cells = {name: _written(declared.members[name], ground.value(v)) for name, v in step.cells.items()}
    given = {name: value for name, value in cells.items() if value is not None}
    rows = _rows(document, step.table)
    row_id = f"{ground.mark}-{place}" if any(row["id"] == ground.mark for row in rows) else ground.mark
    _keep(document, step.table, [*rows, {"id": row_id, **given}])


def _end(step: End, ground: Ground, document: Document) -> None:
    day = ground.value(step.day)
    if day is None:
        return
    where = {name: {ground.value(one) for one in wanted} for name, wanted in step.where.items()}
    rows = _rows(document, step.table)
    ended = [
        {**row, step.to: day} if _meant(row, where, ground) and _runs_on(row, step.to, str(day)) else row
        for row in rows
    ]
    _keep(document, step.table, ended)


def _meant(row: Row, where: Mapping[str, set[Any]], ground: Ground) -> bool:
    """Whether a row is one of those to end; one the decision itself has just added runs on."""
    own = str(row["id"]).startswith(ground.mark)
    return not own and all(cell(row, name) in wanted for name, wanted in where.items())


def _runs_on(row: Row, to: str, day: str) -> bool:
    last = last_day(cell(row, to))
    return last is None or last.isoformat() > day


def _fields(step: Put | Replace, ground: Ground, document: Document) -> None:
    declared = standard.current().fields
    for path, named in step.fields.items():
        group, _dot, name = path.partition(".")
        value = _written(declared[path], ground.value(named))
        holder = document.setdefault(group, {})
        if value is not None:
            holder[name] = value
        elif isinstance(step, Replace):
            holder.pop(name, None)


def _rows(document: Document, table: str) -> list[Row]:
    group, _dot, name = table.partition(".")
    found = document.get(group, {}).get(name)
    return found if isinstance(found, list) else []


def _keep(document: Document, table: str, rows: list[Row]) -> None:
    group, _dot, name = table.partition(".")
    document.setdefault(group, {})[name] = rows


def _written(declared: standard.Field, value: Any) -> Any:
    """A value as the standard writes it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return standard.decimal_text(declared, value)
    return value


def undone(differences: list[standard.Difference], document: Document) -> tuple[Document, list[str]]:
    """The document without these differences, and the paths of values others have changed since, which stay."""
    result, left = document, []
    for one in reversed(differences):
        if one.path.endswith("[]"):
            continue
        try:
            result = standard.apply(result, [standard.Difference(one.path, one.new, one.old)])
        except standard.Problem:
            left.append(one.path)
    return result, left


def outcomes(before: Document, after: Document) -> Iterator[standard.Difference]:
    """What a decision changes, as people are shown it: without the order of rows."""
    return (one for one in standard.diff(before, after) if not one.path.endswith("[]"))
