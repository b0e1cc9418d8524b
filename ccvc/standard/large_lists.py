"""Code lists of thousands of rows: administrative units below the province, read when first asked for.

Such a file has only the columns that differ from row to row: the basis is the list's, the English label follows
from the kind of unit. Rows share what repeats, so that the whole list takes some 300 bytes a row.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from sys import intern
from types import MappingProxyType
from typing import overload

from ccvc.standard.codes import Code

KINDS_EN = MappingProxyType(
    {
        "Tỉnh": "Province",
        "Thành phố": "City",
        "Quận": "District",
        "Huyện": "District",
        "Thị xã": "Town",
        "Phường": "Ward",
        "Xã": "Commune",
        "Thị trấn": "Township",
        "Đặc khu": "Special Zone",
    }
)
"""Kinds of administrative unit and their English (NQ 1211/2016/UBTVQH13; đặc khu: Luật 72/2025/QH15)."""

_OWN = ("code", "label_vi", "valid_from", "valid_to", "successors", "synonyms", "certainty")


class LargeRows(Sequence[Code]):
    """The rows of a file, in its order; nothing is read before somebody asks for a row."""

    def __init__(self, file: Path, basis: str) -> None:
        self._file = file
        self._basis = basis

    @overload
    def __getitem__(self, at: int) -> Code: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Code, ...]: ...
    def __getitem__(self, at: int | slice) -> Code | tuple[Code, ...]:
        """One row, or several."""
        return self._rows[at]

    def __iter__(self) -> Iterator[Code]:
        return iter(self._rows)

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        """Lines below the head: no cell of such a file holds a line break."""
        return self._file.read_bytes().count(b"\n") - 1

    @cached_property
    def _rows(self) -> tuple[Code, ...]:
        with self._file.open(encoding="utf-8", newline="") as lines:
            head, *rows = csv.reader(lines)
        further = [at for at, name in enumerate(head) if name not in _OWN]
        own = [head.index(name) for name in _OWN]
        shared: dict[tuple[str, ...], MappingProxyType[str, str]] = {}
        return tuple(self._row(cells, own, head, further, shared) for cells in rows)

    def _row(
        self,
        cells: list[str],
        own: list[int],
        head: list[str],
        further: list[int],
        shared: dict[tuple[str, ...], MappingProxyType[str, str]],
    ) -> Code:
        code, label, begins, ends, successors, synonyms, certainty = (cells[at] for at in own)
        key = tuple(cells[at] for at in further)
        if key not in shared:
            shared[key] = MappingProxyType({head[at]: intern(cells[at]) for at in further if cells[at]})
        return Code(
            code=intern(code),
            label_vi=label,
            label_en=in_english(label),
            valid_from=_day(begins),
            valid_to=_day(ends),
            successors=tuple(map(intern, successors.split("|"))) if successors else (),
            synonyms=tuple(synonyms.split("|")) if synonyms else (),
            basis=self._basis,
            certainty=intern(certainty),
            extra=shared[key],
        )


@lru_cache(maxsize=64)
def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def in_english(label: str) -> str:
    """The label with the kind of unit in English: "Phường 1" -> "Ward 1", "Xã Hòa Tiến" -> "Hòa Tiến Commune"."""
    for kind, english in KINDS_EN.items():
        if label.startswith(kind + " "):
            name = label[len(kind) + 1 :]
            return f"{english} {name}" if name.isdigit() else f"{name} {english}"
    return label
