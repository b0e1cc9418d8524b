"""Single values: the three states of "no value", dates known in part, and how people read a value.

A value is present (plain JSON) or one of ``{"state": "none" | "unknown" | "withheld"}``; a key that is absent
has not been declared yet. A partial date is "1985", "1985-03" or "1985-03-07".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal, TypeGuard

from ccvc.standard.fields import Field, Table
from ccvc.standard.patterns import PARTIAL_DATE
from ccvc.standard.problems import Language
from ccvc.standard.versions import current

State = Literal["none", "unknown", "withheld"]
Precision = Literal["year", "month", "day"]

STATES: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "none": {"vi": "Không có", "en": "None"},
        "unknown": {"vi": "Không rõ", "en": "Unknown"},
        "withheld": {"vi": "Không cung cấp", "en": "Withheld"},
    }
)
_TRUTH: Mapping[Language, tuple[str, str]] = {"vi": ("Không", "Có"), "en": ("No", "Yes")}
_PRECISIONS: Mapping[int, Precision] = {4: "year", 7: "month", 10: "day"}
_YEAR_LIKE = 10_000  # whole numbers below read as they stand: "2019" is a year, not "2.019"
_PARTIAL_DATE = re.compile(PARTIAL_DATE)
_TYPED_DATE = re.compile(r"(?:(?:([0-9]{1,2})[/.-])?([0-9]{1,2})[/.-])?([0-9]{4})")
_DIGITS = re.compile(r"(?:([0-9]{2})?([0-9]{2}))?([0-9]{4})")  # a telephone's number pad has no slash


def state_of(value: Any) -> State | None:
    """Give the state of a value that is explicitly not present; None for a present value."""
    if not isinstance(value, dict) or value.keys() != {"state"}:
        return None
    state: State = value["state"]
    return state if isinstance(state, str) and state in STATES else None


def is_partial_date(text: Any) -> TypeGuard[str]:
    """Say whether a value is a real date, year and month, or year, from 1800 to 2199."""
    return isinstance(text, str) and _PARTIAL_DATE.search(text) is not None


def precision(text: str) -> Precision:
    """Say how much of a partial date is known."""
    return _PRECISIONS[len(text)]


def earliest(text: str) -> date:
    """Give the first day a partial date may mean: "1985" -> 1 January 1985."""
    year, month, day = ([int(part) for part in text.split("-")] + [1, 1])[:3]
    return date(year, month, day)


def latest(text: str) -> date:
    """Give the last day a partial date may mean: "1985-02" -> 28 February 1985."""
    start = earliest(text)
    if precision(text) == "day":
        return start
    months = 12 if precision(text) == "year" else 1
    years, month = divmod(start.month - 1 + months, 12)
    return date(start.year + years, month + 1, 1) - timedelta(days=1)


def read_date(typed: str) -> str | None:
    """Read a date as people type it: 07/03/1985, 7.3.1985, 07031985, 03/1985, 1985; or as the standard writes it."""
    text = typed.strip()
    if found := _TYPED_DATE.fullmatch(text) or _DIGITS.fullmatch(text):
        parts = [part.zfill(2) for part in reversed(found.groups()) if part]
        text = "-".join(parts)
    return text if is_partial_date(text) else None


def read_day(typed: str) -> date | None:
    """Read a date known to the day."""
    text = read_date(typed)
    return date.fromisoformat(text) if text and precision(text) == "day" else None


def compare(one: str, other: str) -> int | None:
    """Compare partial dates: -1, 0, 1 where it is sure; None where the unknown part decides."""
    if one == other and precision(one) == "day":
        return 0
    if latest(one) < earliest(other):
        return -1
    return 1 if latest(other) < earliest(one) else None


def decimal_text(field: Field, number: Decimal) -> str:
    """Write a number the one way the field's documents hold it: always its declared places."""
    return f"{number:.{field.places}f}"


def display(path: str, value: Any, lang: Language = "vi") -> str:
    """Show the value at a path to people; "" for None, and what does not fit its field as it stands.

    Dates become dd/mm/yyyy or mm/yyyy, codes their labels, rows "label: value" in the order of the standard.
    """
    if value is None:
        return ""
    if state := state_of(value):
        return STATES[state][lang]
    declared = current().find(path)
    if isinstance(declared, Field):
        return _shown(declared, value, lang)
    if isinstance(declared, Table) and isinstance(value, dict):
        return _row(declared, value, lang)
    if isinstance(declared, Table) and isinstance(value, list):
        return "\n".join(display(path, row, lang) for row in value)
    return str(value)


def _row(table: Table, row: Mapping[str, Any], lang: Language) -> str:
    return "; ".join(
        f"{cell.label_vi if lang == 'vi' else cell.label_en}: {display(cell.path, row[cell.name], lang)}"
        for cell in table.fields
        if row.get(cell.name) is not None
    )


def _shown(field: Field, value: Any, lang: Language) -> str:
    try:
        if field.code_list:
            codes = current().codes[field.code_list]
            return ", ".join(
                codes.label(code, lang) for code in (value if field.type == "codes" else [value])
            )
        return _BY_TYPE.get(field.type, _as_it_stands)(value, lang)
    except (LookupError, TypeError, AttributeError):
        return str(value)  # check() says what is wrong with it; a page must still show it


def _as_it_stands(value: Any, _lang: Language) -> str:
    return str(value)


def _date(value: str, _lang: Language) -> str:
    return "/".join(reversed(value.split("-")))


def _integer(value: int, lang: Language) -> str:
    if abs(value) < _YEAR_LIKE:
        return str(value)
    return f"{value:,}".replace(",", "." if lang == "vi" else ",")


def _decimal(value: str, lang: Language) -> str:
    return value.replace(".", ",") if lang == "vi" else value


def _boolean(value: bool, lang: Language) -> str:  # noqa: FBT001 (the value itself)
    return _TRUTH[lang][value]


def _place(value: Mapping[str, str], _lang: Language) -> str:
    return value["text"]


_BY_TYPE: Mapping[str, Callable[[Any, Language], str]] = MappingProxyType(
    {
        "date": _date,
        "partial_date": _date,
        "integer": _integer,
        "decimal": _decimal,
        "boolean": _boolean,
        "place": _place,
    }
)
