"""What is sought: lines of criteria, where, and as of when. Pure; what may be asked is declared in `data/`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

import msgspec

from ccvc import standard
from ccvc.rules import criteria
from ccvc.rules.criteria import Criterion, Qualified, Test
from ccvc.standard import Field
from ccvc.standard.problems import Language, Problem
from ccvc.standard.reading import Document

DATA = Path(__file__).with_name("data")
MOST_LINES, MOST_VALUES, LONGEST_VALUE = 20, 60, 100
RULE = "rule:"
NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,4})?")
WITHOUT_VALUE: frozenset[Test] = frozenset({"given", "lacking"})
MaySee = Callable[[Field], bool]


class Line(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """One criterion as it was chosen; `must`: whoever fails it is only counted, not listed.

    `also` are lines of other cells, which have to hold in the same row of the table.
    """

    subject: str
    test: Test = "is"
    values: tuple[str, ...] = ()
    must: bool = True
    also: tuple[Line, ...] = ()

    @property
    def criterion(self) -> Criterion:
        """What is asked."""
        return Criterion(self.subject, self.test, self.values, tuple(one.criterion for one in self.also))

    @property
    def table(self) -> str:
        """The table whose cell it asks; empty for a field and for a rule."""
        table, cell, _ = self.subject.partition("[]")
        return table if cell else ""

    @property
    def rule(self) -> str:
        """The rule's name; empty for a field."""
        return self.subject.removeprefix(RULE) if self.subject.startswith(RULE) else ""


class Definition(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """A search: its lines, the unit (or agency) and all below it, those who have left too, known when, valid when.

    The two times are as pages write them; empty: now, today.
    """

    lines: tuple[Line, ...] = ()
    unit: str = ""
    everyone: bool = False
    known: str = ""
    valid: str = ""

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        kept: dict[str, Any] = msgspec.to_builtins(self)
        return kept


def definition_of(kept: Mapping[str, Any]) -> Definition:
    """A definition as it was kept."""
    return msgspec.convert(kept, Definition)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A whole number a rule asks for; with `code_list`, one of that list's codes."""

    label_vi: str
    label_en: str
    least: int
    most: int
    default: str
    code_list: str = ""

    def fits(self, text: str) -> bool:
        """Whether a text is such a number."""
        return text in map(str, range(self.least, self.most + 1))


@dataclass(frozen=True, slots=True)
class RuleDeclared:
    """A rule as people choose it: its name, the fields it reads, its parameters in order."""

    name: str
    label_vi: str
    label_en: str
    reads: tuple[str, ...]
    parameters: tuple[Parameter, ...]

    def label(self, language: Language) -> str:
        """What it is called."""
        return self.label_en if language == "en" else self.label_vi


@cache
def rules() -> Mapping[str, RuleDeclared]:
    """The rules people may choose, by name."""
    declared = tomllib.loads((DATA / "rules.toml").read_text(encoding="utf-8"))
    return {name: _rule(name, dict(entry)) for name, entry in declared.items()}


def _rule(name: str, entry: dict[str, Any]) -> RuleDeclared:
    given = [{**one, "code_list": one.get("list", "")} for one in entry.pop("parameters", ())]
    for one in given:
        one.pop("list", None)
    return RuleDeclared(
        name=name,
        reads=tuple(entry.pop("reads")),
        parameters=tuple(Parameter(**one) for one in given),
        **entry,
    )


@cache
def ordered_lists() -> frozenset[str]:
    """Code lists that go from less to more."""
    return frozenset(tomllib.loads((DATA / "ordered.toml").read_text(encoding="utf-8"))["lists"])


def tests_of(field: Field) -> tuple[Test, ...]:
    """The tests that mean something of a field, the usual one first."""
    ends: tuple[Test, ...] = ("given", "lacking")
    if field.type == "code":
        compared: tuple[Test, ...] = ("at_least", "at_most") if field.code_list in ordered_lists() else ()
        return (*compared, "is", "is_not", *ends)
    if field.type in {"date", "partial_date"}:
        return ("at_least", "at_most", *ends)
    if field.type in {"integer", "decimal"}:
        return ("at_least", "at_most", "is", *ends)
    if field.type in {"text", "long_text", "place"}:
        return ("contains", *ends)
    return ("is", *ends) if field.type == "personal_id" else ends


def sound(asked: Definition, may_see: MaySee) -> None:
    """Refuse a search that means nothing, or asks what its asker may not read: a hit would tell it all the same.

    Problem CAN-NOTHING, CAN-MANY, CAN-FIELD, CAN-VALUE, and those of `criteria.check`.
    """
    if not asked.lines:
        raise Problem("CAN-NOTHING", where="subject")
    every = [line for line, _joined in spread(asked.lines)]
    if len(every) > MOST_LINES:
        raise Problem("CAN-MANY", where="subject", most=MOST_LINES)
    for line in every:
        _readable(line, may_see)
        _valued(line)
    for line in asked.lines:
        criteria.check(line.criterion)


def spread(lines: Iterable[Line]) -> list[tuple[Line, bool]]:
    """Every line by itself, and whether it asks of the same row as the one before."""
    return [
        part
        for line in lines
        for part in ((msgspec.structs.replace(line, also=()), False), *((one, True) for one in line.also))
    ]


def gathered(parts: Iterable[tuple[Line, bool]]) -> tuple[Line, ...]:
    """Lines again; one that cannot ask of the row of the one before, being of another table, stands by itself."""
    lines: list[Line] = []
    for line, joined in parts:
        if joined and lines and line.table and line.table == lines[-1].table:
            lines[-1] = msgspec.structs.replace(lines[-1], also=(*lines[-1].also, line))
        else:
            lines.append(line)
    return tuple(lines)


def reads(line: Line) -> tuple[Field, ...]:
    """The fields a line reads; Problem CRI-UNKNOWN."""
    fields = standard.current().fields
    paths = rules()[line.rule].reads if line.rule in rules() else (line.subject,)
    if any(path not in fields for path in paths):
        raise Problem("CRI-UNKNOWN", where=line.subject[:100], name=line.subject[:100])
    return tuple(fields[path] for path in paths)


def _readable(line: Line, may_see: MaySee) -> None:
    for field in reads(line):
        if not may_see(field):
            raise Problem("CAN-FIELD", where=field.path, field=field.label_vi, field_en=field.label_en)


def _valued(line: Line) -> None:
    """The test and its values are such as the field or rule takes; Problem CAN-VALUE, CRI-TEST."""
    if line.rule:
        parameters = rules()[line.rule].parameters
        right = len(line.values) == len(parameters)
        if not right or not all(p.fits(v) for p, v in zip(parameters, line.values, strict=True)):
            raise Problem("CAN-VALUE", where=line.subject, field=rules()[line.rule].label_vi)
        return
    field = standard.current().fields[line.subject]
    if line.test not in tests_of(field):
        raise Problem("CRI-TEST", where=field.path, field=field.label_vi)
    if line.test in WITHOUT_VALUE:
        return
    single = line.test in {"at_least", "at_most"}
    wrong = not line.values or len(line.values) > (1 if single else MOST_VALUES)
    if wrong or not all(_value_fits(field, line.test, value) for value in line.values):
        raise Problem("CAN-VALUE", where=field.path, field=field.label_vi)


def _value_fits(field: Field, test: Test, value: str) -> bool:
    if not value.strip() or len(value) > LONGEST_VALUE:
        return False
    if field.type == "code":
        return value in standard.current().codes[field.code_list or ""]
    if field.type in {"date", "partial_date"}:
        return standard.is_partial_date(value)
    if field.type in {"integer", "decimal"}:
        return NUMBER.fullmatch(value) is not None
    return test != "contains" or bool(standard.plain(value).strip())


def test_of(text: str) -> Test | None:
    """The test so named."""
    named: Mapping[str, Test] = {test: test for test in get_args(Test)}
    return named.get(text)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a person comes to: every criterion, and how many hold, fail, cannot be told."""

    qualified: Qualified
    listed: bool

    @property
    def letters(self) -> str:
        """One letter a criterion: y, n, c."""
        return "".join(one.answer[0] for one in self.qualified.results)


def judge(lines: Sequence[Line], document: Document, on: Any) -> Judged:
    """Ask every line of a document on a day; whoever fails a line that must hold is not listed, and asked no more."""
    results = []
    for line in sorted(lines, key=lambda one: not one.must):
        held = criteria.ask(line.criterion, document, on)
        results.append(held)
        if line.must and held.answer == "no":
            return Judged(Qualified(tuple(results)), listed=False)
    return Judged(Qualified(tuple(_in_order(lines, results))), listed=True)


def _in_order(lines: Sequence[Line], results: Sequence[criteria.Held]) -> list[criteria.Held]:
    """Results in the order of the lines."""
    places = sorted(range(len(lines)), key=lambda place: not lines[place].must)
    back = dict(zip(places, results, strict=True))
    return [back[place] for place in range(len(lines))]
