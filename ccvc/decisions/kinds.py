"""Kinds of decisions, as data: what each asks, what it does to a dossier, what stands against it, by which law.

One file a kind in ``data/kinds/``. What it asks and writes is named by paths of the standard, so that labels, types
and code lists come from the declaration; every name in a file is held against it at load. Values are written as

- ``asked.NAME``: what the form was given for an ``[[ask]]``;
- ``decision.NAME``: what the decision says of itself (`TOLD`);
- ``rule.NAME``: what the rules answer (`ruling.RULINGS`), never typed;
- ``unit.NAME``: the unit that was chosen (`OF_UNIT`);
- ``held.PATH``: what the dossier holds before;
- nothing (""): no value, which takes away what stands there;
- anything else is the value itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from ccvc import standard
from ccvc.decisions.checks import CHECKS
from ccvc.decisions.ruling import RULINGS
from ccvc.standard.problems import Language, Problem

FOLDER = Path(__file__).parent / "data" / "kinds"
Words = Annotated[str, Meta(min_length=1, max_length=300)]
Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$", max_length=40)]
Value = str | int | bool
When = Mapping[str, tuple[str, ...]]
"""All hold: the value is one of these; `given`: it is there."""
TOLD = frozenset(
    {"number", "decided_on", "effective_on", "day", "day_before", "year", "issuer", "authority", "title"}
)
"""What a decision says of itself; `day` is the person's own first day, `day_before` the last one before it."""
OF_UNIT = frozenset({"code", "name", "agency", "place"})
"""What is known of the unit chosen; `place` is "inside" this agency or "outside"."""
GROUPS: Mapping[str, tuple[str, str]] = {
    "joining": ("Tuyển dụng, tiếp nhận", "Recruitment"),
    "office": ("Bổ nhiệm, chức vụ", "Office"),
    "moving": ("Điều động, biệt phái", "Movement"),
    "planning": ("Quy hoạch", "Planning"),
    "pay": ("Ngạch, lương, phụ cấp", "Rank and pay"),
    "merit": ("Đánh giá, khen thưởng, kỷ luật, đào tạo", "Rating, reward, discipline, training"),
    "leaving": ("Nghỉ việc", "Leaving"),
    "amending": ("Sửa đổi quyết định", "Amending"),
}


class Basis(Struct, frozen=True, forbid_unknown_fields=True):
    """A law a kind rests on, from one day to another; `categories` (empty: all) are those it speaks of."""

    law: Words
    article: str
    certainty: Literal["S", "K", "?", "D"]
    valid_from: date
    valid_to: date | None = None
    categories: tuple[str, ...] = ()

    def holds(self, on: date, categories: Collection[str] = ()) -> bool:
        """Whether it is law on a day, for people of one of these categories (none: any)."""
        meant = not categories or not self.categories or not set(categories).isdisjoint(self.categories)
        return meant and self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    """One answer offered where the standard has no list for it."""

    code: Name
    vi: Words
    en: Words


class Ask(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing the form asks: of each person, or (`each` false) once for all.

    `path` is the field of the standard it is typed like; without one it has words and choices, or a number, of its
    own. `filled` is the value it begins with. `unit`: the code of a unit.
    """

    name: Name
    path: str = ""
    vi: str = ""
    en: str = ""
    each: bool = True
    required: bool = False
    unit: bool = False
    filled: str = ""
    choices: tuple[Choice, ...] = ()
    least: int | None = None
    most: int | None = None

    @property
    def declared(self) -> standard.Field | None:
        """The field of the standard it is typed like."""
        return standard.current().fields.get(self.path) if self.path else None

    def label(self, language: Language = "vi") -> str:
        """Its words: its own where it has some, else those of the standard."""
        own = self.vi if language == "vi" else self.en
        field = self.declared
        return own or (field.label_vi if language == "vi" else field.label_en) if field else own


class Add(Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="add"):
    """A row more in a table; a cell without a value is left out."""

    table: str
    cells: Mapping[str, Value]
    when: When = {}


class End(Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="end"):
    """The rows of a table that run on the day end: cell `to` of each is given `day`.

    `where` narrows which, by the values their cells may have.
    """

    table: str
    to: str
    day: str = "decision.day_before"
    where: Mapping[str, tuple[str, ...]] = {}
    when: When = {}


class Put(Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="put"):
    """Fields are given values; one without a value stays as it stands."""

    fields: Mapping[str, Value]
    when: When = {}


class Replace(Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="replace"):
    """Fields are given values; one without a value is taken away."""

    fields: Mapping[str, Value]
    when: When = {}


Step = Add | End | Put | Replace


class Kind(Struct, frozen=True, forbid_unknown_fields=True):
    """A kind as its file declares it.

    `day` is each person's first day of effect. `rule` gives the values of ``rule.*``, `needs` are
    those without which there is no effect; `act` is what the rules of
    appointments call it, for `checks`. `opens`: people who have no dossier yet may be named. `amends`: it is about
    another decision, and has no effect of its own.
    """

    name: Name
    vi: Words
    en: Words
    group: str
    order: int
    title: Words
    day: str = "decision.effective_on"
    rule: str = ""
    needs: tuple[str, ...] = ()
    act: str = ""
    checks: tuple[str, ...] = ()
    opens: bool = False
    amends: bool = False
    basis: tuple[Basis, ...] = ()
    ask: tuple[Ask, ...] = ()
    effect: tuple[Step, ...] = ()

    def label(self, language: Language = "vi") -> str:
        """What people call it."""
        return self.vi if language == "vi" else self.en

    @property
    def asked(self) -> Mapping[str, Ask]:
        """What it asks, by name."""
        return {one.name: one for one in self.ask}

    def of_each(self, *, each: bool) -> tuple[Ask, ...]:
        """What it asks of each person, or once for all."""
        return tuple(one for one in self.ask if one.each is each)

    def laws(self, on: date, categories: Collection[str] = ()) -> tuple[Basis, ...]:
        """The laws it rests on, as of a day, for people of these categories (none: any)."""
        return tuple(one for one in self.basis if one.holds(on, categories))


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds by name, in the order people are offered them."""
    found = [read(path) for path in FOLDER.glob("*.toml")]
    places = list(GROUPS)
    found.sort(key=lambda one: (places.index(one.group), one.order, one.name))
    return {one.name: one for one in found}


def kind(name: str) -> Kind:
    """The kind so named. Problem DEC-KIND."""
    found = kinds().get(name)
    if found is None:
        raise Problem("DEC-KIND", where="kind", kind=name[:40])
    return found


def read(path: Path) -> Kind:
    """A kind from its file; ValueError names the file and what does not fit."""
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=Kind)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    if wrong := [*faults(found, path.stem)]:
        raise ValueError(f"{path.name}: {'; '.join(wrong)}")
    return found


def faults(one: Kind, stem: str) -> Iterator[str]:
    """What in a kind is not so in the standard, the rules or the checks."""
    if one.name != stem:
        yield f"name {one.name} is not the file's"
    if one.group not in GROUPS:
        yield f"no group {one.group}"
    yield from _of_asks(one)
    yield from _of_names(one)
    for step in one.effect:
        yield from _of_step(step)
    for value in _values(one):
        yield from _of_value(one, value)


def _of_asks(one: Kind) -> Iterator[str]:
    if len(one.asked) != len(one.ask):
        yield "two asks of one name"
    for ask in one.ask:
        if ask.path and ask.declared is None:
            yield f"no field {ask.path}"
        if not ask.path and not (ask.vi and ask.en):
            yield f"ask {ask.name} has neither a path nor words"
    if sum(ask.unit for ask in one.ask) > 1:
        yield "more than one unit is asked"


def _of_names(one: Kind) -> Iterator[str]:
    if one.rule and one.rule not in RULINGS:
        yield f"no rule {one.rule}"
    for name in one.checks:
        if name not in CHECKS:
            yield f"no check {name}"


def _of_step(step: Step) -> Iterator[str]:
    declared = standard.current()
    if isinstance(step, Put | Replace):
        for path, value in step.fields.items():
            yield from _of_constant(declared.fields.get(path), path, value)
        return
    table = declared.tables.get(step.table)
    if table is None:
        yield f"no table {step.table}"
        return
    if isinstance(step, End):
        names: Iterable[str] = (step.to, *step.where)
        yield from (f"no cell {step.table}.{name}" for name in names if name not in table.members)
        return
    for name, value in step.cells.items():
        yield from _of_constant(table.members.get(name), f"{step.table}[].{name}", value)


def _of_constant(field: standard.Field | None, path: str, value: Value) -> Iterator[str]:
    if field is None:
        yield f"no field {path}"
        return
    codes = standard.current().codes[field.code_list] if field.code_list else None
    if codes is not None and value != "" and root_of(value) is None and value not in codes:
        yield f"no code {value} for {path}"


def root_of(value: Value) -> str | None:
    """What a value is read from; None where it is the value itself."""
    root = value.partition(".")[0] if isinstance(value, str) and "." in value else None
    return root if root in {"asked", "decision", "rule", "unit", "held"} else None


def _values(one: Kind) -> Iterator[Value]:
    """Every value a kind names."""
    yield one.day
    yield from (f"rule.{name}" for name in one.needs)
    yield from (ask.filled for ask in one.ask if ask.filled)
    if root_of(one.act):
        yield one.act
    for step in one.effect:
        yield from step.when
        if isinstance(step, End):
            yield step.day
            yield from (value for wanted in step.where.values() for value in wanted)
        elif isinstance(step, Add):
            yield from step.cells.values()
        else:
            yield from step.fields.values()


def _of_value(one: Kind, value: Value) -> Iterator[str]:
    root = root_of(value)
    if root is None:
        return
    name = str(value).partition(".")[2]
    has_unit = any(ask.unit for ask in one.ask)
    known: Mapping[str, Iterable[str]] = {
        "asked": one.asked,
        "decision": TOLD,
        "rule": RULINGS[one.rule].gives if one.rule in RULINGS else (),
        "unit": OF_UNIT if has_unit else (),
        "held": standard.current().fields,
    }
    if name not in known[root]:
        yield f"nothing gives {value}"
