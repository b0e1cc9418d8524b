"""Documents from one version of the standard to another: what can be carried is, what cannot is told.

A document goes step by step through the versions between. What stands under the same path is carried as it is; the
steps a version declares move the rest. Nothing is dropped in silence: each value without a place is a finding
STD-NOT-CONVERTED with its path and value. Where nothing is told, the way back gives the same document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ccvc.standard.documents import Document, Row, is_table, tidy
from ccvc.standard.fields import Standard, Table
from ccvc.standard.findings import Finding, finding
from ccvc.standard.local import PREFIX
from ccvc.standard.steps import Gather, Part, Rename, Split, Step
from ccvc.standard.versions import Version, current, versions


@dataclass(frozen=True, slots=True)
class Converted:
    """A document in another version, and what could not be carried there."""

    document: Document
    lost: tuple[Finding, ...]


def convert(document: Mapping[str, Any], to: Standard | None = None) -> Converted:
    """Give a document in another version of the standard, by default the one in use.

    The document given stays as it was. A version this programme does not know is left as it is: whoever needs to
    know asks ``versions.of``.
    """
    target, given, lost = to or current(), dict(document), list[Finding]()
    order = list(versions())
    have = given.get("standard")
    if have not in order or target.version not in order:
        return Converted(given, ())
    while (have := given["standard"]) != target.version:
        up = order.index(have) > order.index(target.version)
        low = have if up else order[order.index(have) + 1]
        way = _Up(versions()[low], given) if up else _Down(versions()[low], given)
        given = way.run()
        lost += way.lost
    return Converted(given, tuple(lost))


@dataclass
class _Way:
    """One document on its way between a version and the next newer one."""

    version: Version
    given: Mapping[str, Any]
    made: Document = field(default_factory=dict)
    lost: list[Finding] = field(default_factory=list)

    def run(self) -> Document:
        """Carry what stands under the same path, then take the steps."""
        raise NotImplementedError

    @property
    def newer(self) -> Standard:
        return versions()[self.version.newer or ""].standard

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.version.steps

    def value(self, path: str) -> Any:
        """The value given at "group.name"."""
        group, _, name = path.partition(".")
        return self.given.get(group, {}).get(name)

    def put(self, path: str, value: Any) -> None:
        """Set a value of the document being made."""
        group, _, name = path.partition(".")
        self.made.setdefault(group, {})[name] = value

    def rows(self, path: str) -> list[Row]:
        """The rows of a table being made."""
        group, _, name = path.partition(".")
        rows: list[Row] = self.made.setdefault(group, {}).setdefault(name, [])
        if not isinstance(rows, list):  # known to be none, until there is a row after all
            rows = self.made[group][name] = []
        return rows

    def carry(self, target: Standard, moved: set[str]) -> None:
        """Carry what the target holds under the same path; tell what it does not hold and no step moves."""
        self.made = {"standard": target.version}
        for group, values in self.given.items():
            for name, value in values.items() if isinstance(values, Mapping) else ():
                path = f"{group}.{name}"
                if path not in moved:
                    self._carry_one(target, path, value)

    def _carry_one(self, target: Standard, path: str, value: Any) -> None:
        member = target.find(path)
        if isinstance(member, Table) and is_table(value):
            self.put(path, [dict(self.fitting(member, f"{path}[{row['id']}]", row)) for row in value])
        elif member is not None or path.startswith(
            PREFIX
        ):  # an agency's own fields stand beside every version
            self.put(path, value)
        else:
            self.lose(path, value)

    def fitting(self, table: Table, path: str, row: Row) -> Iterator[tuple[str, Any]]:
        """The cells a table holds; the others are told."""
        for name, value in row.items():
            if name == "id" or name in table.members:
                yield name, value
            else:
                self.lose(f"{path}.{name}", value)

    def lose(self, path: str, value: Any) -> None:
        """Tell a value that has no place."""
        self.lost.append(finding("STD-NOT-CONVERTED", path, value, label=_label(self, path)))


def _label(way: _Way, path: str) -> str:
    older, newer = way.version.standard.label(path), way.newer.label(path)
    return older if older != path else newer


class _Up(_Way):
    """To the newer version."""

    def run(self) -> Document:
        """Carry, then gather, rename and split."""
        self.carry(self.newer, {path for step in self.steps for path in _sources(step)})
        for step in self.steps:
            match step:
                case Gather():
                    self._gather(step)
                case Rename():
                    self._rename(step)
                case Split():
                    self._split(step)
        return tidy(self.made)

    def _gather(self, step: Gather) -> None:
        cells = {cell: self.value(path) for cell, path in step.cells.items()}
        told = {cell: value for cell, value in cells.items() if value is not None}
        if told:
            copied = {c: v for c, path in step.copies.items() if (v := self.value(path)) is not None}
            self.rows(step.into).append({"id": step.id, **step.constants, **copied, **told})

    def _rename(self, step: Rename) -> None:
        given = self.value(step.table)
        if not is_table(given or []):
            self.lose(step.table, given)
            return
        for row in given or []:
            self.rows(step.into).append({**step.constants, **row, "id": f"{step.prefix}{row['id']}"})

    def _split(self, step: Split) -> None:
        given = self.value(step.table)
        if not is_table(given or []):
            self.lose(step.table, given)
            return
        for row in given or []:
            for part in _parts_of(step, row):
                told = {cell: row[older] for cell, older in part.cells.items() if older in row}
                self.rows(part.into).append({"id": row["id"], **part.constants, **told})


def _parts_of(step: Split, row: Row) -> list[Part]:
    """The parts to which a row says more than what they share; the last one if it says no more than that."""
    shared = set.intersection(*(set(part.cells.values()) for part in step.parts))
    said = row.keys() - shared
    return [part for part in step.parts if said & set(part.cells.values())] or [step.parts[-1]]


def _sources(step: Step) -> set[str]:
    return set(step.cells.values()) if isinstance(step, Gather) else {step.table}


@dataclass
class _Down(_Way):
    """Back to the older version. `left` are the rows no step has taken."""

    left: dict[str, list[Row]] = field(default_factory=dict)

    def run(self) -> Document:
        """Let the steps take the rows that are theirs, then carry what is left."""
        self.left = {
            table: list(self.value(table)) for table in self._tables() if is_table(self.value(table))
        }
        taken = [(step, self._take(step)) for step in self.steps]
        self.given = self._without_taken()
        self.carry(self.version.standard, set())
        for step, rows in taken:
            self._put_back(step, rows)
        return tidy(self.made)

    def _tables(self) -> set[str]:
        return {
            table
            for step in self.steps
            for table in ([part.into for part in step.parts] if isinstance(step, Split) else [step.into])
        }

    def _without_taken(self) -> Document:
        given: Document = dict(self.given)
        for path, rows in self.left.items():
            group, _, name = path.partition(".")
            given[group] = {**given[group], name: rows}
        return tidy(given)

    def _take(self, step: Step) -> list[tuple[str, Row]]:
        """The rows a step brings back, each with its table, out of those that are left."""
        tables = [part.into for part in step.parts] if isinstance(step, Split) else [step.into]
        found: list[tuple[str, Row]] = []
        for place, table in enumerate(tables):
            rows = [row for row in self.left.get(table, []) if self._is_of(step, place, row)]
            rows = _one_of(step, rows) if isinstance(step, Gather) else rows
            self._leave(table, rows)
            found += [(table, row) for row in rows]
        return found

    def _leave(self, table: str, taken: list[Row]) -> None:
        if taken:
            self.left[table] = [row for row in self.left[table] if row not in taken]

    def _is_of(self, step: Step, place: int, row: Row) -> bool:
        match step:
            case Gather():
                return row["id"] == step.id or (bool(step.constants) and _agrees(row, step.constants))
            case Rename():
                return all(row.get(cell) in kinds for cell, kinds in step.also.items())
            case Split():
                return _agrees(row, step.parts[place].constants) and self._splits(step, place, row)

    def _splits(self, step: Split, place: int, row: Row) -> bool:
        """Whether nothing of a row would be lost by going back into the row it came from."""
        part = step.parts[place]
        return row.keys() <= {"id", *part.cells, *part.constants}

    def _put_back(self, step: Step, rows: list[tuple[str, Row]]) -> None:
        match step:
            case Gather():
                for table, row in rows:
                    self._ungather(step, f"{table}[{row['id']}]", row)
            case Rename():
                self._unname(step, rows)
            case Split():
                self._join(step, rows)

    def _ungather(self, step: Gather, path: str, row: Row) -> None:
        for cell, value in row.items():
            if cell in step.cells:
                self.put(step.cells[cell], value)
            elif not self._known(step, cell, value):
                self.lose(f"{path}.{cell}", value)

    def _known(self, step: Gather, cell: str, value: Any) -> bool:
        """Whether the older version says a cell without the row: its id, a constant, a copy of what also stays."""
        return (
            cell == "id"
            or step.constants.get(cell) == value
            or value == self.value(step.copies.get(cell, ""))
        )

    def _unname(self, step: Rename, rows: list[tuple[str, Row]]) -> None:
        table = self.version.standard.tables[step.table]
        for into, row in rows:
            kept = {cell: value for cell, value in row.items() if step.constants.get(cell) != value}
            kept["id"] = row["id"].removeprefix(step.prefix)
            self.rows(step.table).append(dict(self.fitting(table, f"{into}[{row['id']}]", kept)))

    def _join(self, step: Split, rows: list[tuple[str, Row]]) -> None:
        """Rows of one id that agree on what they share become one row again."""
        for place, part in enumerate(step.parts):
            for table, row in rows:
                if table == part.into:
                    told = {older: row[cell] for cell, older in part.cells.items() if cell in row}
                    self._join_one(step, row["id"], told, place)

    def _join_one(self, step: Split, row_id: str, told: Row, place: int) -> None:
        joined = self.rows(step.table)
        for at, row in enumerate(joined):
            if row["id"] == row_id:
                if all(row.get(cell, value) == value for cell, value in told.items()):
                    joined[at] = {**row, **told}
                    return
                row_id = f"{row_id}-{place}"
        joined.append({"id": row_id, **told})


def _one_of(step: Gather, rows: list[Row]) -> list[Row]:
    """The row of the step's own id, else the last: the older version has room for one."""
    own = [row for row in rows if row["id"] == step.id]
    return own or rows[-1:]


def _agrees(row: Row, constants: Mapping[str, str]) -> bool:
    return all(row.get(cell) == value for cell, value in constants.items())
