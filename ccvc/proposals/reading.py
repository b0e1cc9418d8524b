"""People of a proposal from a file: XLSX, CSV or JSON, columns by their Vietnamese headings or their names."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import xlsxwriter

from ccvc import standard
from ccvc.organisations.rowfiles import UnreadError, read_rows
from ccvc.proposals.actions import MOST_PEOPLE
from ccvc.proposals.domain import Person, claims
from ccvc.standard.problems import Problem

SHORTENED = frozenset({10, 11})
MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""The same sheet whoever asks, byte for byte."""
NUMBER, NAME = "Số định danh cá nhân", "Họ và tên"


def read_people(name: str, raw: bytes) -> list[Person]:
    """Everyone in a file; a column nobody knows is left out. Problem PRO-FILE, PRO-PEOPLE."""
    rows = list(islice(_rows(name, raw), MOST_PEOPLE + 1))
    if not 0 < len(rows) <= MOST_PEOPLE:
        raise Problem("PRO-PEOPLE", where="file", most=MOST_PEOPLE)
    heads = _heads()
    return [_person(row, heads) for row in rows]


def _rows(name: str, raw: bytes) -> Any:
    reasons = []
    for needed in (NUMBER, "personal_id"):
        try:
            return read_rows(name, raw, needed)
        except UnreadError as unread:
            reasons.append(str(unread))
    raise Problem("PRO-FILE", where=name[:100], reason=reasons[0])


def _heads() -> Mapping[str, str]:
    """What a column is called, without tone marks, to what it is."""
    named = {NUMBER: "personal_id", NAME: "full_name", "Họ và tên khai sinh": "full_name"}
    for claim in claims():
        words = (claim.field.label_vi, *claim.field.synonyms, *claim.heads)
        named = {**dict.fromkeys(words, claim.name), **named}
    plain = {standard.plain(head).strip(): name for head, name in named.items()}
    machine = {name: name for name in ("personal_id", "full_name", *(claim.name for claim in claims()))}
    return {**plain, **machine}


def _person(row: Mapping[str, Any], heads: Mapping[str, str]) -> Person:
    found: dict[str, str] = {}
    for head, value in row.items():
        column = str(head).strip()
        name = heads.get(column) or heads.get(standard.plain(column).strip())
        if name and value is not None:
            found.setdefault(name, _text(value))
    number, full_name = found.pop("personal_id", ""), found.pop("full_name", "")
    return Person(_whole(number), full_name, found)


def _whole(number: str) -> str:
    """A number with the zeros at its head that a spreadsheet dropped."""
    return number.zfill(12) if number.isdecimal() and len(number) in SHORTENED else number


def _text(value: Any) -> str:
    """A cell as text; a nested value of JSON is nothing a claim can be."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value).strip() if isinstance(value, str | int | float) else ""


def template() -> bytes:
    """An empty sheet with every heading."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": MADE})
        sheet, bold = book.add_worksheet("Đề nghị"), book.add_format({"bold": True, "text_wrap": True})
        text = book.add_format({"num_format": "@"})
        heads = [NUMBER, NAME, *((claim.heads or (claim.field.label_vi,))[0] for claim in claims())]
        sheet.set_column(0, len(heads) - 1, 22, text)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
    return buffer.getvalue()
