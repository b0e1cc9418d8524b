"""What reading one cell may give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ccvc.standard.spreadsheets import cell_of

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


raw_of = cell_of

Result = Any  # a value of the standard | None | Refused | Noted


def text_of(raw: Raw) -> str:
    """The cell as text: 12.0 -> "12", 2.34 -> "2.34"."""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw)
