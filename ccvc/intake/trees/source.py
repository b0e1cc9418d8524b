"""A planned XML file read as sheets of rows: one record in memory at a time, each sheet a pass through the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ccvc.intake.cells.results import Raw
from ccvc.intake.pieces import Row
from ccvc.intake.shapes.marks import Marks
from ccvc.intake.trees.parsing import listen, reader
from ccvc.intake.trees.planning import Node, Plan, PlannedSheet, is_data, local, plan
from ccvc.standard.problems import Problem

MOST_IN_RECORD = 200_000
SEVERAL = "; "


class Tree:
    """An XML file. Its first row names elements and attributes; row n + 1 is the n-th record."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name
        self._plan: Plan = plan(path, name)
        self._sheets = {sheet.title: sheet for sheet in self._plan.sheets}
        self.sheets: Sequence[str] = list(self._sheets)

    def marks(self, sheet: str) -> Marks:  # noqa: ARG002 - XML merges and hides nothing
        """None."""
        return Marks()

    def rows(self, sheet: str, *, few: bool = False) -> Iterator[Row]:  # noqa: ARG002 - a stream
        """The headings, then each record."""
        planned = self._sheets[sheet]
        yield 1, list(planned.headings)
        records = _Records(self._name, self._plan, planned)
        clean = reader(self._path, self._name)
        number = 1
        for _ in listen(self._path, self._name, records):
            for cells in records.taken():
                number += 1
                yield number, [clean(cell) if isinstance(cell, str) else cell for cell in cells]


class _Records:
    """Listens to a file and keeps the rows of one sheet.

    Rows inside a person wait until the person ends, for the number may stand behind them. What stands around a row,
    such as the unit that several people stand in, goes into each row behind it.
    """

    def __init__(self, name: str, whole: Plan, planned: PlannedSheet) -> None:
        self._name = name
        self._row = planned.row
        self._outer = whole.person if planned.number else planned.row
        self._number = planned.number
        self._places = {id(node): place for place, (_, node) in enumerate(planned.columns)}
        self._width = len(planned.columns)
        self._open: list[tuple[Node, list[str]]] = [(whole.root, [])]
        self._cells: list[list[Raw | None]] = []  # of rows that are open, the innermost last
        self._waiting: list[list[Raw | None]] = []
        self._ready: list[list[Raw | None]] = []
        self._around: dict[int, str] = {}  # place -> text
        self._shared: str | None = None
        self._parts = 0

    def taken(self) -> list[list[Raw | None]]:
        """The rows that are whole by now; each is given once."""
        ready, self._ready = self._ready, []
        return ready

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """An element; its attributes are values of their own."""
        node = self._known(self._open[-1][0], local(name))
        self._open.append((node, []))
        if node is self._outer:
            self._shared, self._parts = None, 0
        elif self._around and not self._cells:
            self._forget(node)
        if node is self._row:
            self._cells.append([self._around.get(place) for place in range(self._width)])
        self._parts += 1
        if self._parts > MOST_IN_RECORD and self._cells:
            raise Problem("INT-XML-RECORD", where=self._name, name=self._name, most=MOST_IN_RECORD)
        for attribute, value in attributes.items():
            if is_data(attribute) and value.strip():
                self._put(self._known(node, f"@{local(attribute)}"), value.strip())

    def words(self, text: str) -> None:
        """Text, perhaps in pieces."""
        self._open[-1][1].append(text)

    def finish(self, _name: str) -> None:
        """An element's text is whole; so may be a row, or a person with all rows."""
        node, texts = self._open.pop()
        if texts and (text := "".join(texts).strip()):
            self._put(node, text)
        if node is self._row:
            self._waiting.append(self._cells.pop())
        if node is self._outer:
            self._end()

    def _put(self, node: Node, text: str) -> None:
        if node is self._number:
            self._shared = text
            return
        place = self._places.get(id(node))
        if place is not None and not self._cells:
            self._around[place] = text
        elif place is not None:
            held = self._cells[-1][place]
            self._cells[-1][place] = text if held is None else f"{held}{SEVERAL}{text}"

    def _forget(self, node: Node) -> None:
        """Another unit begins: what was said of the one before holds no more."""
        for field in node.fields():
            self._around.pop(self._places.get(id(field), -1), None)

    def _end(self) -> None:
        for cells in self._waiting:
            if self._number is not None:
                cells[0] = self._shared
            if any(cell is not None for cell in cells):
                self._ready.append(cells)
        self._waiting = []

    def _known(self, holder: Node, name: str) -> Node:
        """The node planned; another one means that the file has changed since."""
        found = holder.children.get(name)
        if found is None:
            raise Problem("INT-DAMAGED", where=self._name, name=self._name)
        return found
