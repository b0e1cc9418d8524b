"""Criteria and what they come to, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from ccvc import standard
from ccvc.candidates.domain import Line, MaySee, rules, tests_of
from ccvc.candidates.selectors import Found
from ccvc.rules.criteria import OURS, Criterion, Held, Test
from ccvc.rules.reasons import Answer
from ccvc.standard import Field
from ccvc.standard.problems import Language
from ccvc.standard.quality.case import Case, Place
from ccvc.standard.reading import Document, Row

TESTS: dict[Test, object] = {
    "is": _("là"),
    "is_not": _("không phải là"),
    "at_least": _("từ … trở lên"),
    "at_most": _("đến … trở xuống"),
    "contains": _("có chứa"),
    "given": _("có thông tin"),
    "lacking": _("không có gì"),
}
DAYS: dict[Test, object] = {"at_least": _("từ ngày"), "at_most": _("đến hết ngày")}
ANSWERS: dict[Answer, object] = {
    "yes": _("Đáp ứng"),
    "cannot_tell": _("Chưa đủ thông tin"),
    "no": _("Chưa đáp ứng"),
}
TONES: dict[Answer, str] = {"yes": "good", "cannot_tell": "warn", "no": "bad"}
MOST_VALUES = 5


def language() -> Language:
    """The language of the page."""
    return "en" if get_language() == "en" else "vi"


def label_of(subject: str) -> str:
    """What a field or rule is called; of a cell, its table first."""
    name = subject.removeprefix("rule:")
    if name != subject:
        return rules()[name].label(language()) if name in rules() else name
    field = standard.current().fields.get(subject)
    return _field_label(field) if field else subject


def _field_label(field: Field) -> str:
    own = field.label_en if language() == "en" else field.label_vi
    if field.table is None:
        return own
    table = standard.current().tables[field.table]
    return f"{table.label_en if language() == 'en' else table.label_vi}: {own}"


def told(line: Line) -> str:
    """A line as a sentence: “Trình độ chuyên môn cao nhất: từ Đại học trở lên”; with what its row must say too."""
    return gettext(" và, ở cùng dòng, ").join(_told(one) for one in (line, *line.also))


def _told(line: Line) -> str:
    label = label_of(line.subject)
    if line.rule:
        return ": ".join(filter(None, (label, ", ".join(_parameters(line)))))
    field = standard.current().fields.get(line.subject)
    if field is None:
        return label
    values = " / ".join(standard.display(field.path, value, language()) for value in line.values)
    test = str(test_label(field, line.test))
    if not values:
        return f"{label}: {test}"
    return f"{label}: {test.replace('…', values)}" if "…" in test else f"{label}: {test} {values}"


def _parameters(line: Line) -> list[str]:
    declared = rules()[line.rule].parameters if line.rule in rules() else ()
    shown = []
    for parameter, value in zip(declared, line.values, strict=False):
        name = parameter.label_en if language() == "en" else parameter.label_vi
        text = (
            standard.current().codes[parameter.code_list].label(value, language())
            if parameter.code_list
            else ""
        )
        shown.append(text or f"{name.lower()} {value}")
    return shown


def test_label(field: Field, test: Test) -> object:
    """What a test is called of this field."""
    return DAYS.get(test, TESTS[test]) if field.type in {"date", "partial_date"} else TESTS[test]


Options = list[tuple[str, list[tuple[str, str]]]]


def subjects(may_see: MaySee) -> Options:
    """Everything that may be made a criterion, by group: rules first, then the fields one may read."""
    fields = standard.current().fields
    first = [
        (f"rule:{name}", rule.label(language()))
        for name, rule in rules().items()
        if all(may_see(fields[path]) for path in rule.reads)
    ]
    groups: Options = [(str(_("Quy tắc")), first)] if first else []
    for group in standard.current().groups.values():
        members = [*group.fields, *(cell for table in group.tables for cell in table.fields)]
        rows = [(field.path, _field_label(field)) for field in members if may_see(field)]
        if rows:
            groups.append((group.label_en if language() == "en" else group.label_vi, rows))
    return groups


@dataclass(frozen=True, slots=True)
class Shown:
    """What one criterion comes to, for people; `law` where a rule of law says so."""

    criterion: str
    answer: str
    label: str
    tone: str
    why: str
    law: str


def shown(held: Held, document: Document) -> Shown:
    """One criterion of one person."""
    law = held.reason.law
    of_rule = held.criterion.subject.startswith("rule:")
    return Shown(
        " + ".join(label_of(one.subject) for one in (held.criterion, *held.criterion.also)),
        held.answer,
        str(ANSWERS[held.answer]),
        TONES[held.answer],
        held.reason.told(language()) if of_rule else _found(held.criterion, document),
        "" if law is None or law is OURS else law.told(language()),
    )


def _found(asked: Criterion, document: Document) -> str:
    """What the document says of a field beside what was asked, in the language of the page."""
    place = Place.of(asked.subject)
    case = Case(document, date.max)
    paths = [asked.subject, *(one.subject for one in asked.also)]
    rows = case.rows(place) if place.cell else [{"": case.given(place)}]
    values = [text for row in rows if (text := _cells(row, paths))]
    if not values:
        return gettext("hồ sơ không ghi")
    more = f" (+{len(values) - MOST_VALUES})" if len(values) > MOST_VALUES else ""
    return gettext("hồ sơ ghi: {found}").format(found=", ".join(values[:MOST_VALUES]) + more)


def _cells(row: Row, paths: Sequence[str]) -> str:
    """What a row says at these paths, together."""
    given = [(path, row.get(Place.of(path).cell)) for path in paths]
    return " · ".join(standard.display(path, value, language()) for path, value in given if value is not None)


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a list: who, where, and every criterion in the order it was asked."""

    found: Found
    place: str
    position: str
    answer: str
    tone: str
    in_order: list[Shown]

    @property
    def all(self) -> int:
        """How many criteria were asked."""
        return len(self.in_order)

    @property
    def open(self) -> list[Shown]:
        """Those that fail or cannot be told."""
        return [one for one in self.in_order if one.answer != "yes"]

    @property
    def held(self) -> list[Shown]:
        """Those that hold."""
        return [one for one in self.in_order if one.answer == "yes"]

    @property
    def holding(self) -> int:
        """How many hold."""
        return len(self.held)


def person(found: Found, agencies: dict[str, str]) -> Person:
    """A person for a list."""
    employment = found.person.document.get("employment", {})
    every = [shown(one, found.person.document) for one in found.qualified.results]
    unit = employment.get("unit_name")
    agency = agencies.get(found.person.agency, found.person.agency)
    return Person(
        found,
        ", ".join(text for text in (unit if isinstance(unit, str) else "", agency) if text),
        text_of(found, "employment.position_title") or text_of(found, "employment.position"),
        str(ANSWERS[found.qualified.answer]),
        TONES[found.qualified.answer],
        every,
    )


def text_of(found: Found, path: str) -> str:
    """A field of the document, as people read it; empty where it is not given."""
    group, _dot, name = path.partition(".")
    value = found.person.document.get(group, {}).get(name)
    return standard.display(path, value, language()) if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Input:
    """One value of a line to be filled in: a choice among options, or a text of a kind."""

    kind: str
    label: str
    value: str
    options: list[tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line of the form."""

    place: int
    subject: str
    label: str
    tests: Sequence[tuple[str, str]]
    test: str
    inputs: list[Input]
    must: bool
    joined: bool = False
    may_join: bool = False


def lines_shown(parts: Sequence[tuple[Line, bool]]) -> list[LineShown]:
    """Lines to be filled in, one below the other; those of one table may ask of the same row."""
    before = ["", *(line.table for line, _joined in parts)]
    return [
        replace(
            line_shown(place, line), joined=joined, may_join=bool(line.table) and line.table == before[place]
        )
        for place, (line, joined) in enumerate(parts)
    ]


def line_shown(place: int, line: Line) -> LineShown:
    """A line to be filled in."""
    if line.rule:
        return LineShown(place, line.subject, label_of(line.subject), [], "", _rule_inputs(line), line.must)
    field = standard.current().fields[line.subject]
    tests = [(test, str(test_label(field, test))) for test in tests_of(field)]
    return LineShown(
        place, line.subject, label_of(line.subject), tests, line.test, [_input(field, line)], line.must
    )


def _rule_inputs(line: Line) -> list[Input]:
    made = []
    for at, parameter in enumerate(rules()[line.rule].parameters):
        value = line.values[at] if at < len(line.values) else parameter.default
        label = parameter.label_en if language() == "en" else parameter.label_vi
        options = _options(parameter.code_list, {value}) if parameter.code_list else []
        made.append(Input("code" if options else "number", label, value, options))
    return made


def _input(field: Field, line: Line) -> Input:
    label = str(_("Giá trị"))
    if field.type == "code":
        return Input("codes", label, "", _options(field.code_list or "", set(line.values)))
    kinds = {"date": "date", "partial_date": "date", "integer": "number", "decimal": "number"}
    value = line.values[0] if line.values else ""
    shown_ = standard.display(field.path, value, language()) if standard.is_partial_date(value) else value
    return Input(kinds.get(field.type, "text"), label, shown_, [])


def _options(code_list: str, chosen: set[str]) -> list[tuple[str, str, bool]]:
    """Codes of all days: people hold closed ones too; each once, by its last label."""
    codes = standard.current().codes[code_list]
    every = dict.fromkeys(row.code for row in codes)
    return [(code, codes.label(code, language()), code in chosen) for code in every]


def sentences(lines: Sequence[Line]) -> list[tuple[str, bool]]:
    """Every line in words, and whether it must hold."""
    return [(told(line), line.must) for line in lines]
