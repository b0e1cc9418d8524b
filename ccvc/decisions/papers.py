"""What the paper of a decision says, kind by kind (data/papers), filled in from what the decision changes. Pure.

A text names what it fills in within braces:

- ``{name}`` and other words of the person or the decision (`PERSONS`, `DECISIONS`);
- ``{old.PATH}``, ``{new.PATH}``: a field of the dossier before and after the decision;
- ``{row.TABLE.CELL}``: a cell of the row the decision adds or changes;
- ``{asked.NAME}``: what the form was told, where no field of the dossier holds it.

``{~…}`` begins with a small letter. What stands in square brackets is left out where a value in it is not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from ccvc import standard
from ccvc.decisions import laws
from ccvc.documents.ruling import Annex, DecisionText
from ccvc.standard.problems import Problem
from ccvc.standard.reading import value_at

FOLDER = Path(__file__).parent / "data" / "papers"
COMMON = "_common"
HOLE = re.compile(r"\{(~?[A-Za-z_][A-Za-z0-9_.]*)\}")
MAYBE = re.compile(r"\[([^\[\]]*)\]")
MARCH = PARTS = 3
Document = Mapping[str, Any]
Texts = tuple[str, ...]


class Article(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The paragraphs of an article, for one person and for many; none: the article is left out."""

    one: Texts = ()
    many: Texts = ()


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column of the list of people: its head, what stands in it, its share of the width."""

    label: str
    value: str
    width: int = 10


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a kind of decision is worded: what about, on which laws (`laws.named`), its articles, its list of people."""

    about: str
    about_many: str
    list: str = ""
    grounds: Texts = ()
    article: tuple[Article, ...] = ()
    column: tuple[Column, ...] = ()
    recipients: Texts = ()

    @property
    def texts(self) -> Iterator[str]:
        """Every text with holes but those of the columns, of which each may be empty."""
        yield from (self.about, self.about_many, self.list, *self.recipients)
        yield from (text for one in self.article for text in (*one.one, *one.many))

    @property
    def holes(self) -> frozenset[str]:
        """The names it fills in."""
        every = (*self.texts, *(one.value for one in self.column))
        return frozenset(name.lstrip("~") for text in every for name in HOLE.findall(text))

    @property
    def needed(self) -> frozenset[str]:
        """The names without which it cannot be worded: those outside of brackets."""
        bare = (MAYBE.sub("", text) for text in self.texts)
        return frozenset(name.lstrip("~") for text in bare for name in HOLE.findall(text))


@dataclass(frozen=True, slots=True)
class Person:
    """One person as the paper sees them: the dossier before and after, and what the form was told, in words."""

    old: Document
    new: Document
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def category(self) -> str:
        """Their category of staff, after the decision or else before."""
        found = value_at(self.new, "employment.category") or value_at(self.old, "employment.category")
        return str(found or "")


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision as its paper names it. `number` is the whole (`12/QĐ-SNV`).

    `proposed_by`: whose proposal it follows; `grounds`: further grounds, as typed; `other`: the decision it is about,
    in words; `reason`: why; `local`: by a province.
    """

    kind: str
    number: str
    decided_on: date
    effective_on: date
    authority: str
    agency: str
    place: str
    signer: str
    lines: Sequence[str]
    superior: str = ""
    local: bool = False
    proposed_by: str = ""
    grounds: Sequence[str] = ()
    recipients: Sequence[str] = ()
    other: str = ""
    reason: str = ""


@cache
def paper(kind: str) -> Paper:
    """The wording of a kind, with what all share. KeyError where there is no file of it."""
    known = {file.stem for file in FOLDER.glob("*.toml")}
    if kind not in known:
        raise KeyError(kind)
    common = msgspec.toml.decode((FOLDER / f"{COMMON}.toml").read_bytes(), type=Paper)
    own = msgspec.toml.decode((FOLDER / f"{kind}.toml").read_bytes(), type=Paper)
    return msgspec.structs.replace(
        own,
        list=own.list or own.about_many,
        grounds=(*common.grounds, *own.grounds),
        article=(*own.article, *common.article),
        column=(*common.column, *own.column),
        recipients=(*common.recipients[:1], *own.recipients, *common.recipients[1:]),
    )


def kinds() -> list[str]:
    """Kinds that have a wording."""
    return sorted(file.stem for file in FOLDER.glob("*.toml") if file.stem != COMMON)


def text(decided: Decided, people: Sequence[Person]) -> DecisionText:
    """The whole decision; with a list behind it where it is about many. Problem DEC-PAPER names what is not there."""
    worded, many = paper(decided.kind), len(people) > 1
    words = _Words(decided, people, many=many)
    articles = [filled for one in worded.article if (filled := words.all(one.many if many else one.one))]
    last = str(len(articles))
    return DecisionText(
        number=decided.number,
        on=decided.decided_on,
        about=f"Về việc {words.one(worded.about_many if many else worded.about)}",
        authority=decided.authority,
        grounds=_grounds(worded, decided, people),
        articles=articles,
        recipients=[
            words.one(one.replace("{last}", last))
            for one in (*worded.recipients[:-1], *decided.recipients, *worded.recipients[-1:])
        ],
        agency=decided.agency,
        place=decided.place,
        signer=decided.signer,
        lines=decided.lines,
        superior=decided.superior,
        annex=_annex(worded, decided, people, words) if many else None,
    )


def _grounds(worded: Paper, decided: Decided, people: Sequence[Person]) -> list[str]:
    """The laws of the day for these people, then what was typed, then whose proposal it follows."""
    categories = {one.category for one in people}
    wanted = ("local", *worded.grounds) if decided.local else worded.grounds
    named = laws.named(wanted, categories, decided.decided_on)
    found = [f"Căn cứ {one}" for one in (*named, *decided.grounds)]
    return [*found, f"Theo đề nghị của {decided.proposed_by}"] if decided.proposed_by else found


def _annex(worded: Paper, decided: Decided, people: Sequence[Person], words: _Words) -> Annex:
    """A row for each person, in their order."""
    columns = worded.column
    rows = []
    for number, person in enumerate(people, 1):
        of_one = _Words(decided, [person], many=False, short=True)
        rows.append([str(number), *(of_one.one(f"[{one.value}]") for one in columns)])
    head = ["TT", *(one.label for one in columns)]
    return Annex(words.one(worded.list), head, [4, *(one.width for one in columns)], rows)


class _Words:
    """What the holes of a text are filled with, for one person or for all together; `short`: days in figures."""

    def __init__(
        self, decided: Decided, people: Sequence[Person], *, many: bool, short: bool = False
    ) -> None:
        self.decided, self.people, self.many, self.short = decided, people, many, short

    def all(self, texts: Sequence[str]) -> list[str]:
        """Sentences filled in; one that is left with nothing is left out."""
        return [_ended(filled) for one in texts if (filled := self.one(one).strip())]

    def one(self, template: str) -> str:
        """A text filled in. Problem DEC-PAPER for a value that is not there and stands outside of brackets."""
        while MAYBE.search(template):
            template = MAYBE.sub(self._maybe, template)
        return HOLE.sub(self._needed, template)

    def _maybe(self, found: re.Match[str]) -> str:
        """What stands in brackets, where every value in it is there."""
        inner = found[1]
        values = {name: self.value(name) for name in HOLE.findall(inner)}
        if not all(values.values()):
            return ""
        return HOLE.sub(lambda hole: _kept(values[hole[1]]), inner)

    def _needed(self, found: re.Match[str]) -> str:
        value = self.value(found[1])
        if not value:
            who = NAMES["name"](self.people[0]) if self.people and not self.many else ""
            name = found[1].lstrip("~")
            raise Problem("DEC-PAPER", where=name, what=label_of(name), who=who or "…")
        return value

    def value(self, name: str) -> str:
        """The words of one hole, empty where there are none."""
        if name.startswith("~"):
            words = self.value(name[1:])
            return words[:1].lower() + words[1:]
        if name in DECISIONS:
            return DECISIONS[name](self.decided, self.people)
        if self.many:
            found = {_of_person(name, one, short=self.short) for one in self.people}
            return found.pop() if len(found) == 1 else ""
        return _of_person(name, self.people[0], short=self.short)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", ";", ":")) else f"{sentence}."


def _kept(value: str) -> str:
    """Brackets and braces in what people typed are theirs, not ours."""
    return value.replace("[", "(").replace("]", ")").replace("{", "(").replace("}", ")")


def _of_person(name: str, person: Person, *, short: bool) -> str:
    if name in NAMES:
        return _kept(NAMES[name](person))
    root, _, path = name.partition(".")
    if root == "asked":
        return _kept(person.asked.get(path, ""))
    if root == "row":
        table, _, cell = path.rpartition(".")
        path, value = f"{table}[].{cell}", (_row(person, table) or {}).get(cell)
    else:
        value = value_at(person.old if root == "old" else person.new, path)
    return _shown(path, value, short=short)


def _row(person: Person, table: str) -> Mapping[str, Any] | None:
    """The last row of a table that the decision adds, or else changes."""
    before = {row["id"]: row for row in value_at(person.old, table) or []}
    after = value_at(person.new, table) or []
    added = [row for row in after if row["id"] not in before]
    changed = added or [row for row in after if row != before[row["id"]]]
    return changed[-1] if changed else None


def _shown(path: str, value: Any, *, short: bool = True) -> str:
    """A value as people read it; the code of a rank stands behind its name, a day in a sentence is spelt out."""
    if value is None or value == "" or standard.state_of(value) is not None:
        return ""
    words = _kept(standard.display(path, value))
    declared = standard.current().find(path)
    if not isinstance(declared, standard.Field):
        return words
    if declared.code_list == "ranks" and words != value:
        return f"{words} (mã số {value})"
    return words if short or declared.type not in {"date", "partial_date"} else _timed(str(value))


def _timed(value: str) -> str:
    """A day, month or year as ISO 8601 writes it, within a sentence."""
    parts = value.split("-")
    if len(parts) == PARTS:
        return f"ngày {spoken(date.fromisoformat(value))}"
    return f"tháng {parts[1]} năm {parts[0]}" if len(parts) > 1 else f"năm {value}"


def spoken(day: date) -> str:
    """A day within a sentence: *ngày 01 tháng 7 năm 2026* without its first word."""
    month = f"{day.month:02d}" if day.month < MARCH else str(day.month)
    return f"{day.day:02d} tháng {month} năm {day.year}"


def _name(person: Person) -> str:
    return str(value_at(person.new, "identity.full_name") or value_at(person.old, "identity.full_name") or "")


def _title(person: Person) -> str:
    """*ông* or *bà*; both where the sex is not known."""
    sex = value_at(person.new, "identity.sex") or value_at(person.old, "identity.sex")
    return {"1": "ông", "2": "bà"}.get(str(sex), "ông (bà)")


def _born(person: Person) -> str:
    born = value_at(person.new, "identity.birth_date") or value_at(person.old, "identity.birth_date")
    return _shown("identity.birth_date", born)


def _birth(person: Person) -> str:
    """*sinh ngày*, *sinh tháng* or *sinh năm*, by how much is known."""
    born = _born(person)
    word = ("năm", "tháng", "ngày")[born.count("/")]
    return f"sinh {word} {born}" if born else ""


def _post(person: Person) -> str:
    """The post before the decision; of somebody new the one they are given."""
    for document in (person.old, person.new):
        for path in ("employment.position_title", "employment.position", "employment.rank"):
            if (found := value_at(document, path)) is not None:
                return standard.display(path, found)
        if document:
            return ""
    return ""


def _unit(person: Person) -> str:
    """The unit before the decision; of somebody new the one they join."""
    found = value_at(person.old or person.new, "employment.unit_name")
    return str(found or "")


def _who(person: Person) -> str:
    """The person as an article names them the first time."""
    named = f"{_title(person)} {_name(person)}"
    return ", ".join(filter(None, (named, _birth(person), _post(person), _unit(person))))


def _grade(person: Person) -> str:
    """What the law calls the rank of such a person."""
    return "chức danh nghề nghiệp" if person.category == "VC" else "ngạch"


def _people(_decided: Decided, people: Sequence[Person]) -> str:
    """What these people are, by law: *công chức, viên chức*."""
    found = dict.fromkeys(
        standard.display("employment.category", one.category).lower() for one in people if one.category
    )
    return ", ".join(sorted(found)) or "cán bộ, công chức, viên chức"


NAMES: Mapping[str, Callable[[Person], str]] = {
    "name": _name,
    "title": _title,
    "Title": lambda one: _title(one).capitalize(),
    "born": _born,
    "birth": _birth,
    "post": _post,
    "unit": _unit,
    "who": _who,
    "grade": _grade,
}
DECISIONS: Mapping[str, Callable[[Decided, Sequence[Person]], str]] = {
    "number": lambda decided, _people: decided.number,
    "decided_on": lambda decided, _people: spoken(decided.decided_on),
    "effective_on": lambda decided, _people: spoken(decided.effective_on),
    "effective_year": lambda decided, _people: str(decided.effective_on.year),
    "authority": lambda decided, _people: decided.authority,
    "agency": lambda decided, _people: decided.agency,
    "count": lambda _decided, people: f"{len(people):02d}",
    "people": _people,
    "other": lambda decided, _people: _kept(decided.other),
    "reason": lambda decided, _people: _kept(decided.reason),
}
WORDS = {
    "name": "họ và tên",
    "born": "ngày sinh",
    "post": "chức vụ",
    "unit": "đơn vị",
    "other": "quyết định được nói đến",
    "reason": "lý do",
}


def label_of(hole: str) -> str:
    """What people call the value of a hole."""
    root, _, path = hole.partition(".")
    if root in {"old", "new"}:
        return standard.label(path)
    if root == "row":
        table, _, cell = path.rpartition(".")
        return standard.label(f"{table}[].{cell}")
    return WORDS.get(hole, path or hole)


def fault_of(hole: str, asked: Sequence[str]) -> str:
    """Why a hole can never be filled; empty where it can. `asked`: what the form of its kind asks."""
    root, _, path = hole.partition(".")
    now = standard.current()
    if root in {"old", "new"}:
        return "" if path in now.fields else f"no field {path}"
    if root == "row":
        table, _, cell = path.rpartition(".")
        found = now.tables.get(table)
        return "" if found is not None and cell in found.members else f"no cell {path}"
    if root == "asked":
        return "" if path in asked else f"nothing asks {path}"
    return "" if hole in NAMES or hole in DECISIONS or hole == "last" else f"no word {hole}"
