"""What an XML file is made of: which element is a person, which ones inside are tables, what their columns are.

The whole file is gone through once, for a name that stands only in the last record is a column like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from ccvc.intake.layout import PERSON
from ccvc.intake.shapes.words import key
from ccvc.intake.trees.parsing import listen
from ccvc.standard.fields import Standard
from ccvc.standard.problems import Problem
from ccvc.standard.versions import current

MOST_NAMES = 2_000
FEWEST_KNOWN = 2
MOSTLY = 0.9  # of the records have a number in the column taken for the person's
EXCEL = "urn:schemas-microsoft-com:office:spreadsheet"

_NUMBER = re.compile(r"\d{12}")
_NO_DATA = ("xmlns", "xsi:", "xml:")


@dataclass(eq=False, slots=True)
class Node:
    """One element, or an attribute, by its way from the root: how often it stands, and how often in one holder."""

    name: str
    holder: Node | None = None
    attribute: bool = False
    times: int = 0
    most: int = 0
    texts: int = 0
    numbers: int = 0
    children: dict[str, Node] = field(default_factory=dict)

    @property
    def repeats(self) -> bool:
        """Whether several stand beside each other in one holder."""
        return self.most > 1

    @property
    def is_table(self) -> bool:
        """Whether it repeats and has parts of its own; a text that repeats is one field of several values."""
        return self.repeats and bool(self.children)

    def fields(self) -> Iterator[Node]:
        """What holds text in one of these, but for what repeats inside."""
        if self.texts:
            yield self
        for child in self.children.values():
            if not child.is_table:
                yield from child.fields()

    def tables(self) -> Iterator[Node]:
        """What repeats inside, at any depth."""
        for child in self.children.values():
            if child.is_table:
                yield child
            yield from child.tables()


@dataclass(frozen=True, slots=True)
class PlannedSheet:
    """One sheet: the element that is a row, its columns (heading, node); `number` is the person's, of a holder."""

    title: str
    row: Node
    columns: tuple[tuple[str, Node], ...]
    number: Node | None = None

    @property
    def headings(self) -> list[str]:
        """The first row: the heading of the person's number first, where it is a holder's."""
        return [heading for heading, _ in self.columns]


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole file: its root, the element that is a person, and all sheets, the persons' first."""

    root: Node
    person: Node
    sheets: tuple[PlannedSheet, ...]


def local(name: str) -> str:
    """A name without the prefix of its namespace."""
    return name.rpartition(":")[2]


def is_data(attribute: str) -> bool:
    """Whether an attribute says something of a person, and not of the file."""
    return not attribute.startswith(_NO_DATA)


class Structure:
    """Listens to a whole file and keeps only which names stand where."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.root = Node("")
        self._names = 0
        self._open: list[tuple[Node, dict[str, int], list[str]]] = [(self.root, {}, [])]

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """An element, counted in its holder."""
        if self._names == 0 and EXCEL in attributes.values():
            raise Problem("INT-XML-EXCEL", where=self._name, name=self._name)
        holder, counts, _ = self._open[-1]
        node = self._child(holder, local(name))
        node.times += 1
        counts[node.name] = counts.get(node.name, 0) + 1
        node.most = max(node.most, counts[node.name])
        for attribute, value in attributes.items():
            if is_data(attribute) and value.strip():
                _note(self._child(node, local(attribute), attribute=True), value)
        self._open.append((node, {}, []))

    def words(self, text: str) -> None:
        """Text, perhaps in pieces."""
        self._open[-1][2].append(text)

    def finish(self, _name: str) -> None:
        """The element's own text is whole."""
        node, _, texts = self._open.pop()
        if text := "".join(texts).strip():
            _note(node, text)

    def _child(self, holder: Node, name: str, *, attribute: bool = False) -> Node:
        place = f"@{name}" if attribute else name
        found = holder.children.get(place)
        if found is None:
            self._names += 1
            if self._names > MOST_NAMES:
                raise Problem("INT-XML-WIDE", where=self._name, name=self._name, most=MOST_NAMES)
            found = holder.children[place] = Node(name, holder, attribute, most=1 if attribute else 0)
        return found


def _note(node: Node, text: str) -> None:
    node.texts += 1
    node.numbers += bool(_NUMBER.fullmatch(text.strip()))


def plan(path: Path, name: str) -> Plan:
    """Go through a file and plan its sheets. Raises Problem INT-XML-… and those of `listen`."""
    found = Structure(name)
    for _ in listen(path, name, found):
        pass
    person = _person(found.root)
    if person is None:
        raise Problem("INT-XML-NO-PERSONS", where=name, name=name)
    return Plan(found.root, person, tuple(_sheets(found.root, person)))


def _person(root: Node) -> Node | None:
    """The element with most of a person's fields by name, the outermost of those that repeat inside each other.

    Where names tell nothing, the element that stands most often.
    """
    known = main_keys(current())
    score = {id(node): sum(key(f.name) in known for f in node.fields()) for node in _elements(root)}
    likely = [node for node in _elements(root) if score[id(node)] >= FEWEST_KNOWN]
    outer = [
        node for node in likely if not any(above in likely and above.is_table for above in _holders(node))
    ]
    if outer:
        return max(outer, key=lambda node: (score[id(node)], node.is_table))
    with_fields = [node for node in _elements(root) if len(list(node.fields())) >= FEWEST_KNOWN]
    return max(with_fields, key=lambda node: node.times, default=None)


def _elements(root: Node) -> list[Node]:
    """All elements, those nearer the root first."""
    level, found = [root], list[Node]()
    while level:
        level = [child for node in level for child in node.children.values() if not child.attribute]
        found += level
    return found


def _sheets(root: Node, person: Node) -> Iterator[PlannedSheet]:
    number = _number(person)
    heading = _headings(person)
    around = [node for above in _holders(person) if above.times > 1 for node in above.fields()]
    columns = [(heading[id(node)], node) for node in person.fields()]
    columns += [(f"{node.holder.name} {node.name}" if node.holder else node.name, node) for node in around]
    yield PlannedSheet(person.name, person, tuple(columns))
    taken = {person.name}
    for table in person.tables():
        own = [(text, node) for node in table.fields() if (text := _headings(table)[id(node)])]
        first = [(heading[id(number)], number)] if number else []
        yield PlannedSheet(_title(table, taken), table, tuple(first + own), number)
    for other in _elements(root):
        if other.is_table and other is not person and not _inside(other, person) and list(other.fields()):
            own = [(_headings(other)[id(node)], node) for node in other.fields()]
            yield PlannedSheet(_title(other, taken), other, tuple(own))


def _inside(node: Node, person: Node) -> bool:
    """Whether a node lies in a person, or a person in it."""
    return person in _holders(node) or node in _holders(person)


def _holders(node: Node) -> list[Node]:
    found = []
    above = node.holder
    while above is not None:
        found.append(above)
        above = above.holder
    return found


def _number(person: Node) -> Node | None:
    """The field of a person's number: by its name, else the one that holds twelve digits nearly everywhere."""
    spelled = {key(text) for text in _spellings(current(), PERSON)}
    fields = list(person.fields())
    named = next((node for node in fields if key(node.name) in spelled), None)
    full = [node for node in fields if node.numbers >= MOSTLY * person.times]
    return named or (full[0] if full else None)


def _headings(row: Node) -> dict[int, str]:
    """A heading for each field: its name; its whole way where the name alone could be another's."""
    fields = list(row.fields())
    names = [node.name for node in fields]
    found = {}
    for node in fields:
        alone = names.count(node.name) == 1 and not (node.attribute and node.holder is not row)
        found[id(node)] = node.name if alone else " ".join(_way(node, row))
    return found


def _way(node: Node, row: Node) -> list[str]:
    way = [node.name]
    above = node.holder
    while above is not None and above is not row and node is not row:
        way.insert(0, above.name)
        above = above.holder
    return way


def _title(table: Node, taken: set[str]) -> str:
    """The name of the rows, or of what they stand in, where that names a table of the standard."""
    holder = table.holder.name if table.holder else ""
    known = table_keys(current())
    title = next((name for name in (table.name, holder) if key(name) in known), table.name)
    number = 2
    while title in taken:
        title, number = f"{table.name} {number}", number + 1
    taken.add(title)
    return title


@lru_cache(maxsize=16)
def main_keys(declared: Standard) -> frozenset[str]:
    """Every way of writing a field of a person that is in no table."""
    paths = [path for path, field in declared.fields.items() if not field.table]
    return frozenset(key(text) for path in paths for text in _spellings(declared, path))


@lru_cache(maxsize=16)
def table_keys(declared: Standard) -> frozenset[str]:
    """Every way of writing a table."""
    tables = declared.tables.values()
    return frozenset(key(text) for table in tables for text in (table.label_vi, *table.synonyms))


def _spellings(declared: Standard, path: str) -> tuple[str, ...]:
    return (declared.fields[path].label_vi, *declared.fields[path].synonyms)
