"""Whether a mapping can be read by: its fields are there, none is filled twice, marks mean codes. Pure."""

from __future__ import annotations

from ccvc import standard
from ccvc.intake.cells.codes import to_code
from ccvc.intake.cells.results import Refused
from ccvc.intake.layout import PERSON, Column, Sheet
from ccvc.intake.shapes.mapping import Shape, Use
from ccvc.intake.shapes.matching import BIRTH, SEX
from ccvc.standard.problems import Problem


def check(shape: Shape, sheet: Sheet) -> None:
    """Raises Problem INT-MAPPING-NO-ID, INT-MAPPING-FIELD, INT-MAPPING-TWICE, INT-MAPPING-CODE."""
    columns = {column.path: column for column in sheet.columns}
    taken: dict[str, Use] = {}
    for use in (use for use in shape.columns if use.path):
        column = columns.get(use.path)
        if column is None or (use.rule == "by-sex" and use.path != BIRTH):
            raise Problem("INT-MAPPING-FIELD", column=use.column, text=use.path)
        before = taken.setdefault(use.path, use)
        if before is not use and (not use.rule or before.rule != use.rule):
            raise Problem("INT-MAPPING-TWICE", column=use.column, first=before.column, label=column.label)
        if use.rule in {"mark", "by-sex"}:
            _check_code(use, columns[SEX] if use.rule == "by-sex" else column)
    _check_constants(shape, columns)
    if PERSON not in taken:
        label = columns[PERSON].label
        raise Problem("INT-MAPPING-NO-ID", label=label, sheet=", ".join(shape.titles) or sheet.title)


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
