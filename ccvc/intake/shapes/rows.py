"""The rows of a sheet of any shape: people told from groups, totals and notes; cells put where they belong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from ccvc.intake.cells.results import Raw
from ccvc.intake.cells.texts import is_blank
from ccvc.intake.layout import KEY, MAIN, PERSON, Column, Sheet
from ccvc.intake.shapes.mapping import Shape, Use
from ccvc.intake.shapes.marks import Merge
from ccvc.intake.shapes.matching import COUNTERS, NAME, SEX
from ccvc.intake.shapes.splitting import SPLITS, divide
from ccvc.intake.shapes.words import is_ditto, is_mark, is_numbering, key, words_of

Kind = Literal["person", "group", "total", "heading", "numbers", "note"]
Row = tuple[int, list[Raw | None]]
Change = Callable[[list[Raw | None]], None]

NAMED = 8  # rows passed over that are named
_FEW = 2
_DIGITS = re.compile(r"\d{9,12}")
_COUNT = re.compile(r"\d+(?:\.0)?[.)]?")
_TOTAL = re.compile(r"(?:tổng|cộng)(?!\w)|toàn (?:cơ quan|đơn vị)", re.IGNORECASE)
_GROUP = re.compile(
    r"(?:[IVX]{1,5}|[A-Z]|\d+(?:\.\d+)*)\s*[.)/:–-]\s*\S"
    r"|(?:văn )?phòng\b|ban\b|khoa\b|tổ\b|bộ môn\b|trung tâm\b|chi cục\b|cục\b|vụ\b|sở\b|trường\b|khối\b|đội\b"
    r"|bộ phận\b|lãnh đạo\b|thanh tra\b|ủy ban\b|uỷ ban\b|ubnd\b|đảng ủy\b|biên chế\b|hợp đồng\b|công chức\b"
    r"|viên chức\b|cán bộ\b|ghi chú\b|người lập\b|thủ trưởng\b|nơi nhận\b",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"[IVX]{1,5}[.)]?|[A-Z][.)]?")
_SAME_WORDS = 0.6


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the fields of a shape stand once the changes are made: (index, column of the layout)."""

    found: tuple[tuple[int, Column], ...]
    sources: tuple[tuple[int, Column], ...]
    changes: tuple[Change, ...]
    width: int


def plan(shape: Shape, sheet: Sheet) -> Plan:
    """How a row of this shape is put in order."""
    columns = {column.path: column for column in sheet.every}
    taken = [use for use in shape.columns if use.path in columns]
    width = max((use.index for use in shape.columns), default=-1) + 1
    found: dict[str, int] = {}
    changes: list[Change] = []
    for (path, rule), group in groupby(sorted(taken, key=_order), key=lambda use: (use.path, use.rule)):
        uses = list(group)
        _place(path, rule, uses, found, changes)
    for n, (path, text) in enumerate(sorted((p, t) for p, t in shape.constants.items() if p in columns)):
        if path not in found:
            found[path] = width + n
            changes.append(_constant(width + n, text))
    splits = [use for use in taken if use.rule in SPLITS and use.second in columns]
    for n, use in enumerate(splits, start=width + len(shape.constants)):
        found.setdefault(use.second, n)
        changes.append(_split(use, n))
    places = tuple((index, columns[path]) for path, index in sorted(found.items(), key=lambda f: f[1]))
    sources = tuple((use.index, columns[use.path]) for use in taken)
    return Plan(places, sources, tuple(changes), width + len(shape.constants) + len(splits))


def _order(use: Use) -> tuple[str, str, int]:
    return (use.path, use.rule, use.index)


def _place(path: str, rule: str, uses: list[Use], found: dict[str, int], changes: list[Change]) -> None:
    first = uses[0].index
    if rule == "by-sex":
        second = uses[-1].index
        found.setdefault(path, first)
        found.setdefault(SEX, second if second != first else first)
        changes.append(_by_sex(uses, first, second))
        return
    found.setdefault(path, first)
    if rule == "join" and len(uses) > 1:
        changes.append(_join(uses, first))
    elif rule == "mark":
        changes.append(_marked(uses, first))


def _split(use: Use, second: int) -> Change:
    def change(cells: list[Raw | None]) -> None:
        cells[use.index], cells[second] = divide(cells[use.index], use.rule)

    return change


def _constant(index: int, text: str) -> Change:
    def change(cells: list[Raw | None]) -> None:
        cells[index] = text

    return change


def _join(uses: Sequence[Use], first: int) -> Change:
    indexes = [use.index for use in uses]

    def change(cells: list[Raw | None]) -> None:
        cells[first] = " ".join(text for i in indexes if (text := words_of(cells[i]))) or None

    return change


def _marked(uses: Sequence[Use], first: int) -> Change:
    """The code of the column that is marked; what is no mark stays as it is, to be refused with its words."""
    otherwise = next((use.otherwise for use in uses if use.otherwise), None)

    def change(cells: list[Raw | None]) -> None:
        said = [use.code if is_mark(cells[use.index]) else words_of(cells[use.index]) for use in uses]
        cells[first] = "; ".join(text for text in said if text and not is_blank(text)) or otherwise

    return change


def _by_sex(uses: Sequence[Use], first: int, second: int) -> Change:
    """A date in the column of a sex says both; in both columns it says neither, and is refused."""

    def change(cells: list[Raw | None]) -> None:
        given = [(use, cells[use.index]) for use in uses if not _nothing(cells[use.index])]
        dates = [cell for _, cell in given if not is_mark(cell)]
        cells[first] = dates[0] if len(dates) == 1 else "; ".join(map(words_of, dates)) or None
        cells[second] = "; ".join(use.code for use, _ in given) or None

    return change


def _nothing(cell: Raw | None) -> bool:
    return cell is None or (isinstance(cell, str) and is_blank(cell))


class Sorter:
    """Tells what a row is by the columns of its shape and the headings above."""

    def __init__(self, shape: Shape) -> None:
        at = {path: [use.index for use in shape.columns if use.path == path] for path in (PERSON, NAME)}
        self._person, self._name = at[PERSON], at[NAME]
        self._counter = [u.index for u in shape.columns if u.path in ("", KEY) and key(u.heading) in COUNTERS]
        self._is_main = shape.sheet == MAIN
        self._others = [u.index for u in shape.columns if u.path and u.path not in (PERSON, NAME, KEY)]
        self._headings = {use.index: set(map(key, use.heading.split(" / "))) for use in shape.columns}

    def __call__(self, cells: Sequence[Raw | None]) -> Kind:
        """What a row is."""
        texts = {n: text for n, cell in enumerate(cells) if (text := words_of(cell)) and not _nothing(cell)}
        if any(_DIGITS.search(texts.get(n, "").replace(" ", "").replace(".", "")) for n in self._person):
            return "person"
        if self._is_heading(texts):
            return "heading"
        if is_numbering(list(texts.values())):
            return "numbers"
        if any(_TOTAL.match(text) for text in list(texts.values())[:3]):
            return "total"
        return self._sparse(texts)

    def _is_heading(self, texts: dict[int, str]) -> bool:
        same = sum(key(text) in self._headings.get(n, ()) for n, text in texts.items())
        return same > 1 and same >= _SAME_WORDS * len(texts)

    def _sparse(self, texts: dict[int, str]) -> Kind:
        """A row without a number is of a person if it says enough of one, or is counted as one."""
        name = " ".join(texts[n] for n in self._name if n in texts)
        others = sum(n in texts for n in self._others)
        count = next((texts[n] for n in self._counter if n in texts), "")
        first = next((t for n, t in texts.items() if n not in self._counter), "")
        if others <= _FEW and (_ROMAN.fullmatch(count) or _GROUP.match(name or first)):
            return "group"
        if _COUNT.fullmatch(count) and (name or others):
            return "person"
        if self._counter and not count and others <= _FEW:
            return "note"
        if others == 0 and (name or not self._is_main):
            return "group"
        if others == 0 or (not name and others <= _FEW and self._is_main):
            return "note"
        return "person"


class Shaped:
    """Reads the rows of one sheet by its shape, and remembers what it passed over and filled."""

    def __init__(self, shape: Shape, sheet: Sheet, merges: Iterable[Merge], last: int) -> None:
        self.plan = plan(shape, sheet)
        self.passed: list[tuple[int, Kind, str]] = []
        self.filled = 0
        self._kind = Sorter(shape)
        one = {PERSON, NAME, KEY} if shape.sheet == MAIN else set()
        own = {use.index for use in shape.columns if use.path in one}
        self._follow = [i for i, _ in self.plan.sources if i not in own]
        self._below = {m.top: [] for m in merges}  # type: dict[int, list[Merge]]
        for merge in merges:
            if merge.top > last and merge.bottom > merge.top and merge.left in self._follow:
                self._below[merge.top].append(merge)
        self._open: dict[int, tuple[int, Raw | None]] = {}
        self._above: dict[int, Raw] = {}

    def __call__(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows of people, their cells in order."""
        for number, cells in rows:
            row = cells[: self.plan.width]
            row.extend([None] * (self.plan.width - len(row)))
            kind = self._kind(row)
            if kind != "person":
                self._pass_over(number, kind, cells)
                continue
            self._spread(number, row)
            self._repeat(row)
            for change in self.plan.changes:
                change(row)
            yield number, row

    def _pass_over(self, number: int, kind: Kind, cells: Sequence[Raw | None]) -> None:
        text = " ".join(filter(None, map(words_of, cells)))
        self.passed.append((number, kind, text[:60]))

    def _spread(self, number: int, row: list[Raw | None]) -> None:
        """A cell merged over several rows speaks of each of them."""
        for index, (bottom, value) in list(self._open.items()):
            if number > bottom:
                del self._open[index]
            elif row[index] is None:
                row[index] = value
        for merge in self._below.get(number, ()):
            self._open[merge.left] = (merge.bottom, row[merge.left])

    def _repeat(self, row: list[Raw | None]) -> None:
        """Ditto marks say what the row above says."""
        for index in self._follow:
            cell = row[index]
            if cell is None:
                continue
            if is_ditto(cell):
                if index in self._above:
                    row[index] = self._above[index]
                    self.filled += 1
            else:
                self._above[index] = cell
