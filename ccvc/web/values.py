"""Labels, values and differences of a dossier as rows a template can print; words come from the standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from ccvc import standard
from ccvc.standard import places
from ccvc.web import formats


@dataclass(frozen=True)
class Cell:
    """One labelled value; label is empty for a single field, text is None where nothing was declared."""

    label: str
    text: str | None


@dataclass(frozen=True)
class ChangedRow:
    """One line of a before/after table; act is added, removed or changed, name says what a row is about."""

    path: str
    label: str
    name: str
    act: str
    old: list[Cell]
    new: list[Cell]


def label_of(path: str) -> str:
    """Label of a field, table or row path in the active language; a cell's says its table first."""
    return standard.label(path, formats.language())


def own_label(path: str) -> str:
    """Label of a field without its table's, for cells shown under their table's name."""
    found = standard.current().find(path)
    if found is None:
        return path
    return found.label_en if formats.is_english() else found.label_vi


def text_of(path: str, value: Any) -> str | None:
    """The value in words; None where nothing has been declared yet."""
    if value is None:
        return None
    return standard.display(path, value, formats.language())


def place_today(path: str, value: Any) -> str:
    """What stands today in the place of a unit that has ended; "" where it stands, or bears the same name still."""
    declared = standard.current().find(path)
    if not (isinstance(declared, standard.Field) and declared.type == "place" and isinstance(value, dict)):
        return ""
    unit = places.in_words(standard.current(), value)
    heir = places.heirs(standard.current(), unit, timezone.localdate()) if unit else None
    if unit is None or heir is None:
        return ""
    names = [found.name(formats.language()) for found in heir.units]
    return "" if names == [unit.name(formats.language())] else " · ".join(names)


def rows_of(differences: list[standard.Difference], names: Mapping[str, str]) -> list[ChangedRow]:
    """Lines of a before/after table: a whole row of a table is spread into its cells."""
    return [
        ChangedRow(
            path=d.path,
            label=label_of(d.path),
            name=names.get(f"{d.path.partition(']')[0]}]", ""),
            act=_act(d),
            old=_cells(d.path, d.old),
            new=_cells(d.path, d.new),
        )
        for d in differences
    ]


def _act(difference: standard.Difference) -> str:
    if difference.old is None:
        return "added"
    return "removed" if difference.new is None else "changed"


def _cells(path: str, value: Any) -> list[Cell]:
    if path.endswith("]") and isinstance(value, dict):
        named = ((f"{path}.{name}", value[name]) for name in _in_order(path, value) if name != "id")
        return [Cell(own_label(cell_path), text_of(cell_path, cell)) for cell_path, cell in named]
    if path.endswith("[]") and value is not None:
        return [Cell("", gettext("thứ tự khác"))]
    return [Cell("", text_of(path, value))] if value is not None else []


def _in_order(path: str, row: dict[str, Any]) -> list[str]:
    """The row's cells as the standard declares them; what it does not declare comes last."""
    table = standard.current().find(path)
    declared = [field.name for field in table.fields] if isinstance(table, standard.Table) else []
    return [name for name in declared if name in row] + [name for name in row if name not in declared]
