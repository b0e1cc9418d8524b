"""Geometry of the charts: lengths in per cent with two decimals, as SVG attributes take them (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

Row = Mapping[str, Any] | Sequence[Any]


@dataclass(frozen=True)
class Bar:
    """One bar: length, what is left of the space, start when stacked; share of the total between 0 and 1."""

    label: str
    value: float
    length: str
    rest: str
    start: str
    share: float
    note: str = ""
    url: str = ""


def percent(part: float, whole: float) -> str:
    """`part` of `whole` as an SVG length; nothing of nothing is nothing."""
    return f"{100 * part / whole:.2f}%" if whole else "0%"


def _read(row: Row) -> dict[str, Any]:
    if isinstance(row, Mapping):
        return {"note": "", "url": "", **row}
    return {"label": row[0], "value": row[1], "note": "", "url": ""}


def bars(rows: Sequence[Row], *, stacked: bool = False) -> list[Bar]:
    """Bars of rows `(label, value)` or mappings, the longest as long as the space.

    Stacked ones follow each other and share the whole length.
    """
    read = [_read(row) for row in rows]
    total = sum(row["value"] for row in read)
    whole = total if stacked else max((row["value"] for row in read), default=0)
    ends = list(accumulate(row["value"] for row in read))
    return [
        Bar(
            label=str(row["label"]),
            value=row["value"],
            length=percent(row["value"], whole),
            rest=percent(whole - row["value"], whole),
            share=row["value"] / total if total else 0,
            start=percent(end - row["value"], whole),
            note=row["note"],
            url=row["url"],
        )
        for row, end in zip(read, ends, strict=True)
    ]


@dataclass(frozen=True)
class Pair:
    """One line of a pyramid: two bars that start from the middle."""

    label: str
    left: float
    right: float
    left_length: str
    left_start: str
    right_length: str


def pyramid(rows: Sequence[tuple[str, float, float]]) -> list[Pair]:
    """Two bars a line on one scale, such as men and women by age band."""
    whole = max((max(left, right) for _, left, right in rows), default=0)
    return [
        Pair(label, left, right, percent(left, whole), percent(whole - left, whole), percent(right, whole))
        for label, left, right in rows
    ]


def spark(values: Sequence[float], width: int = 100, height: int = 28) -> str:
    """Points of a small line over the values, `x,y` with y growing downward and a margin of two."""
    if not values:
        return ""
    low, high = min(values), max(values)
    step = width / max(len(values) - 1, 1)
    scale = (height - 4) / (high - low) if high > low else 0
    return " ".join(f"{i * step:.1f},{height - 2 - (v - low) * scale:.1f}" for i, v in enumerate(values))
