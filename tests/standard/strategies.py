"""Documents for property tests, drawn from the declaration: of right shape, or with one thing spoilt."""

from __future__ import annotations

import copy
import re
from datetime import date
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from ccvc.standard import Document, Field, Group, Standard, Table, current
from ccvc.standard.patterns import PLACE_LISTS, exact

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyÁÀẢÃẠấầổỗộ 0123456789.,-'"
STATES = st.sampled_from(["none", "unknown", "withheld"]).map(lambda state: {"state": state})
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31)).map(date.isoformat)
PARTIAL = st.tuples(DAYS, st.sampled_from([4, 7, 10])).map(lambda drawn: drawn[0][: drawn[1]])
ROW_IDS = st.lists(st.from_regex(r"[a-z][a-z0-9]{0,3}", fullmatch=True), min_size=1, max_size=3, unique=True)


def texts(field: Field) -> st.SearchStrategy[str]:
    if field.pattern:
        drawn = st.from_regex(
            re.compile(exact(field.pattern)),
            fullmatch=True,
            alphabet=st.characters(min_codepoint=33, max_codepoint=126),
        )
        return drawn.filter(lambda text: len(text) <= (field.max_length or 0))
    drawn = st.text(LETTERS, min_size=1, max_size=min(field.max_length or 30, 30))
    return drawn.map(str.strip).filter(bool)


def present(standard: Standard, field: Field) -> st.SearchStrategy[Any]:
    """Draw a value that is there."""
    if field.code_list:
        codes = st.sampled_from([row.code for row in standard.codes[field.code_list]])
        return codes if field.type == "code" else st.lists(codes, min_size=1, max_size=3)
    if field.type == "integer":
        return st.integers(
            field.min if field.min is not None else -5, field.max if field.max is not None else 5
        )
    if field.type == "decimal":
        whole = st.integers(0, 10 ** ((field.digits or 1) - (field.places or 0)) - 1)
        return whole.map(lambda number: f"{number:.{field.places}f}")
    others: dict[str, st.SearchStrategy[Any]] = {
        "date": DAYS,
        "partial_date": PARTIAL,
        "boolean": st.booleans(),
        "personal_id": st.from_regex(r"[0-9]{12}", fullmatch=True),
        "place": places(standard),
    }
    return others[field.type] if field.type in others else texts(field)


@lru_cache(maxsize=16)
def place_codes(standard: Standard) -> list[str]:
    """Every code of a place, of every level and time."""
    return [row.code for name in PLACE_LISTS.values() for row in standard.codes.get(name, ())]


def places(standard: Standard) -> st.SearchStrategy[Any]:
    code = st.sampled_from(place_codes(standard))
    text = st.just("xã Nam Đàn, tỉnh Nghệ An")
    coded = st.fixed_dictionaries({"text": text, "code": code, "code_date": DAYS})
    return coded | st.fixed_dictionaries({"text": text})


def values(standard: Standard, field: Field) -> st.SearchStrategy[Any]:
    return present(standard, field) | STATES


@st.composite
def rows(draw: st.DrawFn, standard: Standard, table: Table) -> list[dict[str, Any]]:
    return [{"id": row_id, **draw(members(standard, table.members))} for row_id in draw(ROW_IDS)]


@st.composite
def members(draw: st.DrawFn, standard: Standard, declared: Any) -> dict[str, Any]:
    """Draw what is always required, and up to three things more."""
    chosen = draw(st.lists(st.sampled_from(sorted(declared)), max_size=3, unique=True))
    kept = [m for m in declared.values() if m.name in chosen or standard.always_requires(m)]
    return {m.name: draw(rows(standard, m) if isinstance(m, Table) else values(standard, m)) for m in kept}


@st.composite
def documents(draw: st.DrawFn, standard: Standard | None = None) -> Document:
    """Draw a tidy document of right shape."""
    declared = standard or current()
    document: Document = {"standard": declared.version}
    for group in declared.groups.values():
        if _needed(declared, group) or draw(st.booleans()):
            document[group.name] = draw(members(declared, group.members))
    return {name: group for name, group in document.items() if group}


def _needed(standard: Standard, group: Group) -> bool:
    return any(standard.always_requires(member) for member in group.members.values())


SPOILERS: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([None, 0, -1, 10**12, True, "", "1", "01", "x" * 5000, " x", "x ", "x\n", "\x00"]),
    st.sampled_from(["2023-02-29", "2024-02-29", "1900-02-29", "1985-13", "1985", "85", "1985\n"]),
    st.sampled_from(["2.3", "2.34", "02.34", "012345678901", "012345678901\n", "\u0660" * 12]),
    st.sampled_from([[], [None], ["1"], [{"id": "a b"}], [{"id": "a"}], [{"id": "a"}, {"id": "a"}]]),
    st.sampled_from([{}, {"state": "gone"}, {"state": "none", "text": "x"}]),
    st.sampled_from([{"text": ""}, {"text": " x"}, {"text": "x", "code": "01"}, {"text": "x", "code": None}]),
)


@st.composite
def spoilt(draw: st.DrawFn, standard: Standard | None = None) -> Document:
    """Draw a document with one thing replaced, dropped or added, which may or may not keep its shape."""
    document = copy.deepcopy(draw(documents(standard)))
    holder: Any = document
    while isinstance(holder, dict | list) and holder:
        key = draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
        if not isinstance(holder[key], dict | list) or not holder[key] or draw(st.booleans()):
            break
        holder = holder[key]
    how = draw(st.sampled_from(["replace", "drop", "add"]))
    if how == "replace":
        holder[key] = draw(SPOILERS)
    elif how == "drop":
        del holder[key]
    elif isinstance(holder, dict):
        holder[draw(st.sampled_from(["stranger", "id", "state", "code"]))] = draw(SPOILERS)
    return document
