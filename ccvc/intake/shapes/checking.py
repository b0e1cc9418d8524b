"""Whether a mapping can be read by: its fields are there, none is filled twice, marks mean codes. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from ccvc import standard
from ccvc.intake.cells.codes import to_code
from ccvc.intake.cells.results import Refused
from ccvc.intake.layout import KEY, KEY_LABEL, MAIN, PERSON, Column, Sheet
from ccvc.intake.shapes import joins
from ccvc.intake.shapes.mapping import Shape, Use
from ccvc.intake.shapes.matching import BIRTH, SEX
from ccvc.intake.shapes.splitting import SPLITS
from ccvc.standard.problems import Problem


def check(shape: Shape, sheet: Sheet) -> None:
    """Raises Problem INT-MAPPING-NO-ID, -FIELD, -TWICE, -CODE, -SPLIT."""
    columns = {column.path: column for column in sheet.every}
    taken: dict[str, Use] = {}
    for use in (use for use in shape.columns if use.path):
        column = columns.get(use.path)
        if column is None or (use.rule == "by-sex" and use.path != BIRTH):
            raise Problem("INT-MAPPING-FIELD", column=use.column, text=use.path)
        before = taken.setdefault(use.path, use)
        if before is not use and (not use.rule or before.rule != use.rule):
            raise Problem("INT-MAPPING-TWICE", column=use.column, first=before.column, label=column.label)
        if use.rule in SPLITS:
            _check_second(use, columns, taken)
        if use.rule in {"mark", "by-sex"}:
            _check_code(use, columns[SEX] if use.rule == "by-sex" else column)
    _check_constants(shape, columns)
    is_table = sheet.key != MAIN
    if not joins.told(taken, table=is_table) and not (is_table and KEY in taken):
        label = columns[PERSON].label
        raise Problem("INT-MAPPING-NO-ID", label=label, sheet=", ".join(shape.titles) or sheet.title)


def check_together(shapes: Iterable[Shape]) -> None:
    """Raises Problem INT-MAPPING-KEY where a table names its people by a key that no row of a person has."""
    keyed = {shape.sheet: shape for shape in shapes if KEY in {use.path for use in shape.columns}}
    if keyed and MAIN not in keyed:
        titles = "; ".join(", ".join(shape.titles) for shape in keyed.values())
        raise Problem("INT-MAPPING-KEY", label=KEY_LABEL, sheet=titles)


def _check_second(use: Use, columns: dict[str, Column], taken: dict[str, Use]) -> None:
    """A column that is split fills two different fields, neither of them filled otherwise."""
    column = columns.get(use.second)
    if column is None:
        raise Problem("INT-MAPPING-SPLIT", column=use.column, text=use.second)
    before = taken.setdefault(use.second, use)
    if before is not use or use.second == use.path:
        raise Problem("INT-MAPPING-TWICE", column=use.column, first=before.column, label=column.label)


def _check_code(use: Use, column: Column) -> None:
    """A mark means a code of the field's list, or a word for fields without one."""
    declared = column.field.code_list if column.field else None
    for code in filter(None, (use.code or "?", use.otherwise)):
        if not declared:
            continue
        found = to_code(code, codes=standard.current().codes[declared])
        if isinstance(found, Refused):
            raise Problem("INT-MAPPING-CODE", column=use.column, code=code, **found.params)


def _check_constants(shape: Shape, columns: dict[str, Column]) -> None:
    for path in shape.constants:
        if path not in columns or path == PERSON:
            raise Problem("INT-MAPPING-FIELD", column="+", text=path)
