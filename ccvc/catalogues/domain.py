"""What a published change set may say of a code list, and what comes of it. Pure.

A row is never taken back or given another meaning: it is closed, with the codes that follow it. A row is known by
its code and the day it begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from ccvc.standard import Code, Codes, Standard, normal
from ccvc.standard.documents import UNREADABLE
from ccvc.standard.problems import Problem

MAX_LINE = 1024 * 1024
LONGEST_CODE = 32
MOST_OF_A_VALUE = 500
CODE = re.compile(r"[0-9A-Za-zĐđ][0-9A-Za-zĐđ._/+-]*")

Name = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^\S(?:[^\x00-\x1f]*\S)?\Z")]
Word = Annotated[str, Meta(max_length=1000, pattern=r"^[^\x00-\x1f]*\Z")]
Many = Annotated[tuple[Name, ...], Meta(max_length=100)]
Kind = Literal["added", "closed", "amended"]


class Row(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One row of a change set: a new row of the list, or a known one as it is from now on."""

    code: Name
    label_vi: Word = ""
    label_en: Word = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successors: Many = ()
    synonyms: Many = ()
    basis: Word = ""
    certainty: Annotated[str, Meta(pattern=r"^[SK?RD]?\Z")] = ""
    extra: Annotated[dict[Name, Word], Meta(max_length=20)] = {}


class Publisher(Struct, frozen=True, forbid_unknown_fields=True):
    """Who published: the account at the national node, and the name."""

    account: Word
    name: Word


class Published(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="catalogue"):
    """A change set as it is kept and sent. `number` counts all change sets of the national node from 1."""

    number: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    list: Annotated[str, Meta(max_length=60, pattern=r"^[a-z][a-z0-9_]*\Z")]
    basis: Name
    at: datetime
    by: Publisher
    rows: Annotated[tuple[Row, ...], Meta(min_length=1)]


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(Published)


def encode(published: Published) -> bytes:
    """The canonical bytes of a change set; Problem CAT-TOO-LARGE."""
    raw = _encoder.encode(published)
    if len(raw) > MAX_LINE:
        raise Problem("CAT-TOO-LARGE", size=len(raw), most=MAX_LINE)
    return raw


def decode(raw: bytes) -> Published:
    """Read a change set; Problem CAT-LINE where it is none or not in canonical form."""
    if len(raw) > MAX_LINE:
        raise Problem("CAT-TOO-LARGE", size=len(raw), most=MAX_LINE)
    try:
        found = _decoder.decode(raw)
    except UNREADABLE as error:
        raise Problem("CAT-LINE", reason=str(error)) from error
    if found.at.tzinfo is None or _encoder.encode(found) != raw:
        raise Problem("CAT-LINE", reason="not canonical JSON")
    return found


@dataclass(frozen=True)
class Changed:
    """What a change set does to one row: `before` is None for one that is added."""

    kind: Kind
    before: Code | None
    after: Code


@dataclass(frozen=True)
class Merged:
    """The rows of a list with a change set over them, and what changed."""

    rows: tuple[Code, ...]
    changed: tuple[Changed, ...]

    def of_kind(self, kind: Kind) -> list[Changed]:
        """The changes of one kind."""
        return [change for change in self.changed if change.kind == kind]


def merge(codes: Codes, rows: Sequence[Row], *, basis: str = "", longest: int = LONGEST_CODE) -> Merged:
    """Put a change set over a list; what changes nothing is passed over. `longest`: of a code, in characters.

    Problem CAT-CODE, CAT-LABEL, CAT-DATES, CAT-COLUMN, CAT-TWICE, CAT-MEANING, CAT-CLOSED, CAT-OVERLAP,
    CAT-SUCCESSOR, each naming the code.
    """
    known = {(row.code, row.valid_from): row for row in codes}
    columns = {name for row in codes for name in row.extra}
    given: dict[tuple[str, date | None], Changed] = {}
    for row in rows:
        _check(row, columns, longest)
        before = _known(codes, row)
        after = _amended(before, row, basis) if before else _new(row, basis)
        key = (after.code, after.valid_from)
        if key in given:
            raise Problem("CAT-TWICE", where=row.code, code=row.code)
        given[key] = Changed(_kind(before, after), before, after)
        known[key] = after
    changed = tuple(change for change in given.values() if change.before != change.after)
    merged = replace(codes, rows=tuple(known.values()))
    for change in changed:
        _check_in_list(change.after, merged)
    return Merged(tuple(known.values()), changed)


def _check(row: Row, columns: set[str], longest: int) -> None:
    if not CODE.fullmatch(row.code) or len(row.code) > longest:
        raise Problem("CAT-CODE", where=row.code, code=row.code, most=longest)
    if row.valid_to and row.valid_from and row.valid_to < row.valid_from:
        raise Problem("CAT-DATES", where=row.code, code=row.code)
    if strange := sorted(row.extra.keys() - columns):
        raise Problem(
            "CAT-COLUMN", where=row.code, column=strange[0], known=", ".join(sorted(columns)) or "–"
        )


def _known(codes: Codes, row: Row) -> Code | None:
    """The row it speaks of: by code and first day; without a label, the code's open row is meant."""
    held = [one for one in codes if one.code == row.code]
    exact = next((one for one in held if one.valid_from == row.valid_from), None)
    if exact is None and not row.label_vi and row.valid_from is None:
        return next((one for one in held if one.valid_to is None), None)
    return exact


def _new(row: Row, basis: str) -> Code:
    if not row.label_vi:
        raise Problem("CAT-LABEL", where=row.code, code=row.code)
    return Code(
        code=row.code,
        label_vi=row.label_vi,
        label_en=row.label_en or row.label_vi,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        successors=row.successors,
        synonyms=row.synonyms,
        basis=row.basis or basis,
        certainty=row.certainty,
        extra=dict(row.extra),
    )


def _amended(before: Code, row: Row, basis: str) -> Code:
    """A known row, closed, or with more ways of writing it; what it means and what was closed stays."""
    meaning = (row.label_vi or before.label_vi, row.label_en or before.label_en)
    if meaning != (before.label_vi, before.label_en) or {**before.extra, **row.extra} != before.extra:
        raise Problem("CAT-MEANING", where=row.code, code=row.code, label=before.label_vi)
    closed = before.valid_to or row.valid_to
    successors = before.successors or row.successors
    if (row.valid_to or closed) != closed or (row.successors or successors) != successors:
        raise Problem("CAT-CLOSED", where=row.code, code=row.code, label=before.label_vi)
    if closed and before.valid_from and closed < before.valid_from:
        raise Problem("CAT-DATES", where=row.code, code=row.code)
    synonyms = tuple(dict.fromkeys((*before.synonyms, *row.synonyms)))
    after = replace(before, valid_to=closed, successors=successors, synonyms=synonyms)
    return after if after == before else replace(after, basis=_joined(before.basis, row.basis or basis))


def _joined(before: str, basis: str) -> str:
    return "; ".join(filter(None, (before, "" if basis in before else basis)))


def _kind(before: Code | None, after: Code) -> Kind:
    if before is None:
        return "added"
    return "closed" if after.valid_to != before.valid_to else "amended"


def _check_in_list(row: Code, codes: Codes) -> None:
    """What only the list as a whole can tell: one row of a code a day, and successors that are there."""
    for other in codes:
        if other.code == row.code and other.valid_from != row.valid_from and _meet(row, other):
            raise Problem("CAT-OVERLAP", where=row.code, code=row.code, label=other.label_vi)
    if row.successors and row.valid_to is None:
        raise Problem("CAT-OPEN", where=row.code, code=row.code)
    for successor in row.successors:
        if row.valid_to and codes.get(successor, row.valid_to + timedelta(days=1)) is None:
            raise Problem("CAT-SUCCESSOR", where=row.code, code=row.code, successor=successor)


def _meet(one: Code, other: Code) -> bool:
    """Whether two rows hold on the same day."""
    begins = max(one.valid_from or date.min, other.valid_from or date.min)
    return begins <= min(one.valid_to or date.max, other.valid_to or date.max)


def fold(value: str) -> str:
    """A value as a cell holds it, with single spaces."""
    return " ".join(normal(value).split())[:MOST_OF_A_VALUE]


def spoken(declared: Standard, meanings: Mapping[str, Mapping[str, str]]) -> Standard:
    """The standard with further ways of writing: by list, the value an agency writes and the code it means."""
    if not meanings:
        return declared
    lists = {name: _with_words(declared.codes[name], words) for name, words in meanings.items()}
    return replace(declared, codes=MappingProxyType({**declared.codes, **lists}))


def _with_words(codes: Codes, words: Mapping[str, str]) -> Codes:
    rows = (replace(row, synonyms=(*row.synonyms, *_meaning(words, row.code))) for row in codes)
    return replace(codes, rows=tuple(rows))


def _meaning(words: Mapping[str, str], code: str) -> Iterator[str]:
    return (value for value, meant in words.items() if meant == code)


@dataclass(frozen=True)
class Applied:
    """One change set as it stands over its list."""

    list: str
    changed: tuple[Changed, ...]


@dataclass(frozen=True)
class Laid:
    """Lists with all change sets over them; a change set that does not fit is left out, with why, by number."""

    rows: Mapping[str, tuple[Code, ...]]
    changed: Mapping[int, Applied]
    refused: Mapping[int, Problem]


def lay(shipped: Mapping[str, Codes], sets: Iterable[Published]) -> Laid:
    """Put change sets over the shipped lists, in the order of their numbers."""
    rows: dict[str, tuple[Code, ...]] = {}
    changed: dict[int, Applied] = {}
    refused: dict[int, Problem] = {}
    for one in sets:
        try:
            merged = merged_into(shipped, rows, one)
        except Problem as problem:
            refused[one.number] = problem
            continue
        rows[one.list], changed[one.number] = merged.rows, Applied(one.list, merged.changed)
    return Laid(rows, changed, refused)


def merged_into(shipped: Mapping[str, Codes], rows: Mapping[str, tuple[Code, ...]], one: Published) -> Merged:
    """A change set over its list, as shipped or as changed so far; Problem CAT-LIST and those of `merge`."""
    codes = shipped.get(one.list)
    if codes is None:
        raise Problem("CAT-LIST", where=one.list, list=one.list)
    held = replace(codes, rows=rows[one.list]) if one.list in rows else codes
    return merge(held, one.rows, basis=one.basis)
