"""The standard as rows of its public pages: search over labels, paths and ways of writing."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ccvc import standard
from ccvc.standard.codes import Code, Codes
from ccvc.standard.fields import Declared, Field, Group, Standard, Table
from ccvc.standard.names import plain
from ccvc.standard.places import unit_of
from ccvc.standard.publication import Change, changes

OWNERS: dict[str, str | Promise] = {
    "ccvc": _("Cơ sở dữ liệu cán bộ, công chức, viên chức"),
    "population": _("Cơ sở dữ liệu quốc gia về dân cư"),
    "identity_card": _("Cơ sở dữ liệu căn cước"),
    "social_insurance": _("Cơ sở dữ liệu về bảo hiểm"),
    "tax": _("Cơ sở dữ liệu thuế"),
    "health": _("Cơ sở dữ liệu y tế"),
    "education": _("Cơ sở dữ liệu giáo dục và đào tạo"),
    "emulation": _("Cơ sở dữ liệu thi đua, khen thưởng"),
    "party": _("Cơ sở dữ liệu đảng viên"),
    "asset_control": _("Cơ sở dữ liệu kiểm soát tài sản, thu nhập"),
    "organisation": _("Cơ sở dữ liệu tổ chức bộ máy"),
}
TYPES: dict[str, str | Promise] = {
    "text": _("chữ"),
    "long_text": _("đoạn văn"),
    "date": _("ngày"),
    "partial_date": _("ngày, tháng hoặc năm"),
    "code": _("mã"),
    "codes": _("nhiều mã"),
    "integer": _("số nguyên"),
    "decimal": _("số thập phân"),
    "boolean": _("có hoặc không"),
    "place": _("địa danh"),
    "personal_id": _("số định danh"),
}
CERTAINTY: dict[str, str | Promise] = {
    "S": _("có văn bản nguồn"),
    "K": _("được biết rộng rãi"),
    "?": _("chưa chắc chắn"),
    "R": _("dựng lại cho dự án"),
    "D": _("suy ra từ nguồn khác"),
}


@dataclass(frozen=True)
class Wanted:
    """What a reader narrows the standard to; empty texts narrow nothing."""

    query: str = ""
    sensitivity: str = ""
    owner: str = ""
    national: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Wanted:
        """From the parameters of an address."""
        return cls(
            query=asked.get("q", "").strip(),
            sensitivity=asked.get("sensitivity", ""),
            owner=asked.get("owner", ""),
            national=asked.get("national") == "1",
        )

    def fits(self, declared: Declared) -> bool:
        """Whether a field belongs to what is wanted."""
        return (
            self.sensitivity in {"", declared.sensitivity}
            and self.owner in {"", declared.owner}
            and (declared.national or not self.national)
            and plain(self.query) in _words(declared)
        )


@dataclass(frozen=True)
class Row:
    """A field with its words; owner is empty for master data, basis leaves out the group's."""

    field: Field
    type: str | Promise
    owner: str | Promise
    basis: str
    certainty: str | Promise


@dataclass(frozen=True)
class Part:
    """The fields of a group outside tables (table is None) or the cells of one table."""

    table: Table | None
    rows: list[Row]


@dataclass(frozen=True)
class Chapter:
    """One group of the decree with the parts that fit."""

    group: Group
    parts: list[Part]

    @property
    def count(self) -> int:
        """Number of fields shown."""
        return sum(len(part.rows) for part in self.parts)


def groups(declared: Standard, wanted: Wanted) -> list[Chapter]:
    """Groups in the order of the decree; those without a fitting field are left out."""
    ordered = sorted(declared.groups.values(), key=lambda group: group.order)
    chapters = [Chapter(group, _parts(group, wanted)) for group in ordered]
    return [chapter for chapter in chapters if chapter.parts]


def _parts(group: Group, wanted: Wanted) -> list[Part]:
    alone = Part(None, [_row(field, group) for field in group.fields if wanted.fits(field)])
    tables = [Part(table, _cells(group, table, wanted)) for table in group.tables]
    return [part for part in (alone, *tables) if part.rows]


def _cells(group: Group, table: Table, wanted: Wanted) -> list[Row]:
    by_name = bool(wanted.query) and plain(wanted.query) in _words(table)
    rest = Wanted("", wanted.sensitivity, wanted.owner, wanted.national) if by_name else wanted
    return [_row(field, group) for field in table.fields if rest.fits(field)]


def _row(field: Field, group: Group) -> Row:
    owner = "" if field.ownership == "master" else OWNERS[field.owner]
    basis = field.basis.removeprefix(group.basis).removeprefix("; ")
    return Row(field, TYPES[field.type], owner, basis, CERTAINTY[field.certainty])


def _words(declared: Declared) -> str:
    texts = (declared.path, declared.label_vi, declared.label_en, declared.basis, *declared.synonyms)
    return plain(" ".join(texts))


@dataclass(frozen=True)
class CodeList:
    """A code list with its size and the fields that use it."""

    codes: Codes
    size: int
    fields: list[Field]


def code_lists(declared: Standard) -> list[CodeList]:
    """Every code list by its Vietnamese name."""
    users: dict[str, list[Field]] = {}
    for field in declared.fields.values():
        users.setdefault(field.code_list or "", []).append(field)
    named = sorted(declared.codes.items(), key=lambda item: plain(item[1].label_vi))
    return [CodeList(codes, len(codes), users.get(name, [])) for name, codes in named]


@dataclass(frozen=True)
class CodeRow:
    """One row of a list, the codes that stand in its place, as `(code, row of today)`, and what a unit lies in."""

    code: Code
    heirs: list[tuple[str, Code | None]]
    within: tuple[Code, ...] = ()


def codes(listed: Codes, query: str, on: date | None) -> Sequence[Code]:
    """Rows of a list that hold on a day and whose code or labels contain the query, with or without tones."""
    rows = listed.rows if on is None else listed.on(on)
    wanted = plain(query.strip())
    return [row for row in rows if wanted in _code_words(row)] if wanted else rows


def shown(listed: Codes, row: Code) -> CodeRow:
    """A row as its page shows it."""
    return CodeRow(row, [(code, listed.get(code)) for code in row.successors], within(row))


def within(row: Code) -> tuple[Code, ...]:
    """What a district or commune lies in: many share a name."""
    day = row.valid_to or row.valid_from
    unit = unit_of(standard.current(), row.code, day) if day and "parent" in row.extra else None
    return unit.chain[1:] if unit else ()


CSV_HEAD = (
    "code",
    "label_vi",
    "label_en",
    "valid_from",
    "valid_to",
    "successors",
    "synonyms",
    "basis",
    "certainty",
)


def as_csv(listed: Codes) -> str:
    """A whole list as a file for programs: the columns of every list, then those of its own."""
    further = sorted({name for row in listed for name in row.extra})
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow([*CSV_HEAD, *further])
    for row in listed:
        own = [row.extra.get(name, "") for name in further]
        lines.writerow([_in_csv(getattr(row, name)) for name in CSV_HEAD] + own)
    return text.getvalue()


def _in_csv(value: str | date | tuple[str, ...] | None) -> str:
    return "|".join(value) if isinstance(value, tuple) else str(value or "")


def _code_words(code: Code) -> str:
    return plain(" ".join((code.code, code.label_vi, code.label_en, *code.synonyms)))


@dataclass(frozen=True)
class Step:
    """What changed from one version of the standard to the next."""

    older: Standard
    newer: Standard
    changes: list[Change]

    @property
    def kinds(self) -> list[tuple[str | Promise, list[Change]]]:
        """The changes by kind, kinds without any left out."""
        sorted_out = [(title, [c for c in self.changes if c.kind == kind]) for kind, title in CHANGES.items()]
        return [(title, found) for title, found in sorted_out if found]


CHANGES: dict[str, str | Promise] = {
    "added": _("Trường mới"),
    "moved": _("Trường đổi chỗ"),
    "changed": _("Trường đổi thuộc tính"),
    "removed": _("Trường đã bỏ"),
}


@cache
def steps() -> tuple[Step, ...]:
    """The steps between the versions, the newest first."""
    known = standard.versions()
    return tuple(
        Step(version.standard, newer := known[version.newer].standard, changes(version, newer))
        for version in known.values()
        if version.newer
    )
