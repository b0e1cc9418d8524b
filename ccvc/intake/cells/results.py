"""What reading one cell may give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

Raw = str | int | float


@dataclass(frozen=True, slots=True)
class Refused:
    """The cell cannot be understood: a code of the room's catalogue and the values its words speak of."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Noted:
    """The cell was understood as `value`, but somebody should look."""

    value: Any
    code: str
    params: Mapping[str, str] = field(default_factory=dict)


Result = Any  # a value of the standard | None | Refused | Noted


def raw_of(cell: object) -> Raw | None:
    """A spreadsheet's cell as text or number; dates as people here write them, since a date has no time of day."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "Có" if cell else "Không"
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else cell
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    return f"{cell:%H:%M:%S}" if isinstance(cell, time) else str(cell)


def text_of(raw: Raw) -> str:
    """The cell as text: 12.0 -> "12", 2.34 -> "2.34"."""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw)
