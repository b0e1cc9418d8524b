"""Values as a database gave them: kept unaltered in JSON, and read as cells of a file. Pure."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from ccvc.intake.cells.results import Raw, text_of

Kept = None | bool | int | float | str | dict[str, Any]
"""JSON; what JSON has no word for stands in an object of one key that names its type: {"date": "1985-03-07"}."""

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
_LARGEST_INTEGER = 2**53  # beyond it, programs that read JSON disagree
_SCALARS = (str, int, float, bool, Decimal, date, UUID)


def keep(value: object) -> Kept:
    """The value as it is kept. Raises TypeError for a type nothing of the standard can be made of."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _LARGEST_INTEGER else {"decimal": str(value)}
    if isinstance(value, float) and math.isfinite(value):
        return value
    for kind, name, write in _WRITTEN:
        if isinstance(value, kind):
            return {name: write(value)}
    raise TypeError(type(value).__name__)


def _list(values: list[object]) -> list[Kept]:
    if not all(isinstance(value, _SCALARS) for value in values):
        raise TypeError("list")
    return [keep(value) for value in values]


_WRITTEN: tuple[tuple[type, str, Callable[[Any], Any]], ...] = (
    (datetime, "datetime", datetime.isoformat),  # before date, whose kind it is
    (date, "date", date.isoformat),
    (Decimal, "decimal", str),
    (UUID, "uuid", str),
    (bytes, "bytes", lambda value: base64.b64encode(value).decode()),
    (list, "list", _list),
)
_READ: Mapping[str, Callable[[Any], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "decimal": Decimal,
    "uuid": UUID,
    "bytes": base64.b64decode,
    "list": lambda values: [value_of(value) for value in values],
}


def value_of(kept: Kept) -> Any:
    """The value that was kept, for a database to compare with."""
    if not isinstance(kept, dict):
        return kept
    ((name, written),) = kept.items()
    return _READ[name](written)


def cell(kept: Kept) -> Raw | None:
    """The value as the cell of a file; days as people write them, as they are in Vietnam."""
    value = value_of(kept)
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, list):
        return "; ".join(words(keep(one)) for one in value) or None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    if isinstance(value, date):
        return _day(value)
    return value if isinstance(value, str | int | float) else str(value)


def _day(value: date) -> str:
    day = value.astimezone(HERE) if isinstance(value, datetime) and value.tzinfo else value
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def words(kept: Kept) -> str:
    """The value as it stands on the left of a table of values: true, 1, 2.5, DH; without spaces around."""
    if isinstance(kept, bool):
        return "true" if kept else "false"
    found = cell(kept)
    return "" if found is None else text_of(found).strip()
