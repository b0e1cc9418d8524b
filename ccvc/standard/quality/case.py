"""A document as rules are asked of it: values by compiled paths, rows, and days that partial dates may mean."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from ccvc.standard.documents import Difference
from ccvc.standard.evidence import Said
from ccvc.standard.fields import Field, Standard
from ccvc.standard.quality.declaring import Condition, Rule, Severity
from ccvc.standard.reading import Row, cell
from ccvc.standard.values import earliest, is_partial_date, latest

YEAR = 12
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found: where, what its sentence says, and the exact differences that mend it, if that is certain.

    `severity` where it is not the rule's; `counts` is False where only a node that holds the papers can find it.
    """

    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    suggestion: tuple[Difference, ...] = ()
    severity: Severity | None = None
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A path of the standard taken apart: group, field or table, cell of a table's rows."""

    path: str
    group: str
    name: str
    cell: str = ""

    @classmethod
    def of(cls, path: str) -> Place:
        """The parts of "identity.sex", "education.degrees", "education.degrees[].level"."""
        group, _, rest = path.partition(".")
        name, _, cell = rest.partition("[].")
        return cls(path, group, name, cell)

    def at(self, row: Row | None) -> str:
        """The path of a document: for a cell, in this row."""
        if row is None or not self.cell:
            return self.path
        return f"{self.group}.{self.name}[{row['id']}].{self.cell}"


Text = tuple[str, Row | None, str, Any, str]
"""Where a text stands (table or group, row, name), what holds it, and the text."""


class Texts:
    """Every text of a document, and what tells at once that nothing is wrong with any of them.

    `joined` has them line by line; `signs` are its characters. Where each stands is found out only when it is asked.
    """

    __slots__ = ("_each", "_find", "joined", "signs")

    def __init__(self, texts: Sequence[str], find: Callable[[], list[Text]]) -> None:
        self.joined = "\n".join(texts) + "\n"
        self.signs = frozenset(self.joined)
        self._find = find
        self._each: list[Text] | None = None

    @property
    def each(self) -> list[Text]:
        """Every text with where it stands."""
        if self._each is None:
            self._each = self._find()
        return self._each


class Case:
    """A document judged on a day, with the papers known to prove it."""

    __slots__ = ("_made", "document", "on", "papers")

    def __init__(self, document: Mapping[str, Any], on: date, papers: Sequence[Said] = ()) -> None:
        self.document = document
        self.on = on
        self.papers = papers
        self._made: dict[object, Any] = {}

    def once(self, key: object, make: Callable[[Mapping[str, Any]], Made]) -> Made:
        """What several rules read of the document, made for the first of them that asks."""
        found: Made | None = self._made.get(key)
        if found is None:
            found = self._made[key] = make(self.document)
        return found

    def given(self, place: Place) -> Any:
        """What stands in a field or table, a state too; None where nothing was declared."""
        group = self.document.get(place.group)
        return None if group is None else group.get(place.name)

    def value(self, place: Place) -> Any:
        """The present value of a field; None where there is none."""
        group = self.document.get(place.group)
        if group is None:
            return None
        return cell(group, place.name)

    def rows(self, place: Place) -> Sequence[Row]:
        """The rows of the table a place names or lies in."""
        return self.given(place) or ()


ValueTest = Callable[[Case, Any], bool]


def first_day(value: Any) -> date | None:
    """The first day a partial date, or a year, may mean; None for what is no date."""
    return _days(str(value))[0] if isinstance(value, str | int) else None


def last_day(value: Any) -> date | None:
    """The last day a partial date, or a year, may mean; None for what is no date."""
    return _days(str(value))[1] if isinstance(value, str | int) else None


@lru_cache(maxsize=1 << 16)
def _days(text: str) -> tuple[date, date] | tuple[None, None]:
    return (earliest(text), latest(text)) if is_partial_date(text) else (None, None)


@lru_cache(maxsize=1 << 16)
def later(day: date, months: int) -> date:
    """The day some months later (or earlier); in a shorter month its last day."""
    years, month = divmod(day.month - 1 + months, YEAR)
    year = min(max(day.year + years, date.min.year), date.max.year)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(first: date, second: date) -> int:
    """Full months from one day to a later one."""
    return (second.year - first.year) * YEAR + second.month - first.month - (second.day < first.day)


def written(day: date) -> str:
    """A day as people write it."""
    return f"{day:%d/%m/%Y}"


class Asked:
    """A rule as it is asked on a day: its parameters, its conditions on the whole document and on each row."""

    def __init__(self, rule: Rule, standard: Standard, on: date) -> None:
        names = {name for row in rule.parameters for name in row if name != "from"}
        self.parameters: Mapping[str, Any] = {name: rule.parameter(name, on) for name in names}
        tests = [(Place.of(one.field), condition_test(one, standard)) for one in rule.when]
        self._whole = [(place, test) for place, test in tests if not place.cell]
        self._rows = [(place, test) for place, test in tests if place.cell]

    @property
    def always(self) -> bool:
        """Whether the rule is asked of every document."""
        return not self._whole

    def of(self, case: Case) -> bool:
        """Whether the rule is asked of this document."""
        for place, test in self._whole:  # noqa: SIM110 - a generator costs twice as much, for every rule of every person
            if not test(case, case.value(place)):
                return False
        return True

    def of_row(self, case: Case, row: Row) -> bool:
        """Whether the rule is asked of this row."""
        for place, test in self._rows:  # noqa: SIM110 - as above, for every row
            if not test(case, cell(row, place.cell)):
                return False
        return True

    def rows(self, case: Case, place: Place) -> Sequence[Row]:
        """The rows of a table the rule is asked of."""
        rows = case.rows(place)
        return [row for row in rows if self.of_row(case, row)] if self._rows else rows


def condition_test(condition: Condition, standard: Standard) -> ValueTest:
    """The function that says of a present value (None: not there) whether the condition holds."""
    tests: list[ValueTest] = []
    if condition.given is not None:
        wanted = condition.given
        tests.append(lambda _case, value: (value is not None and value != []) is wanted)
    if condition.codes or condition.extra:
        codes = frozenset(condition.codes) | _with_extra(condition, standard)
        tests.append(lambda _case, value: value in codes)
    if condition.outside:
        others = frozenset(condition.outside)
        tests.append(lambda _case, value: value not in others)
    if condition.older is not None:
        months = -condition.older
        tests.append(lambda case, value: _before(value, later(case.on, months)))
    return tests[0] if len(tests) == 1 else lambda case, value: all(test(case, value) for test in tests)


def _before(value: Any, day: date) -> bool:
    last = last_day(value) if value is not None else None
    return last is not None and last < day


def _with_extra(condition: Condition, standard: Standard) -> frozenset[str]:
    if condition.extra is None:
        return frozenset()
    column, value = condition.extra
    found = standard.find(condition.field)
    codes = standard.codes[found.code_list or ""] if isinstance(found, Field) else ()
    return frozenset(row.code for row in codes if row.extra.get(column) == value)
