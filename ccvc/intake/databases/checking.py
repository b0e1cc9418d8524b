"""Holding a mapping file against the standard of a day: its sheets, fields and tables of values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extract

from ccvc import standard
from ccvc.intake import layout
from ccvc.intake.databases import statements
from ccvc.intake.databases.columns import AUTO, CODED
from ccvc.intake.databases.mapping import SheetMap, SourceMap, ValueMap
from ccvc.intake.layout import MAIN, PERSON, Column, Sheet
from ccvc.standard.encodings import Encoding
from ccvc.standard.problems import Problem

FITTING = (*CODED, "text")
YES_AND_NO = ("Có", "Không")


def check(source: SourceMap, on: date) -> None:
    """Refuse what the standard has no place for. Raises Problem INT-DB-…, naming sheet and field."""
    if MAIN not in source.sheets:
        raise Problem("INT-DB-MAIN", where=source.name, sheet=MAIN)
    _check_encoding(source.encoding, source.name)
    known = layout.sheets(on)
    for key, sheet in source.sheets.items():
        if key not in known:
            near = _near(key, known)
            raise Problem("INT-DB-SHEET", where=source.name, sheet=key, near=near)
        _check_sheet(source, sheet, known[key])


def _check_sheet(source: SourceMap, sheet: SheetMap, declared: Sheet) -> None:
    if bool(sheet.table) == bool(sheet.select):
        raise Problem("INT-DB-ORIGIN", where=source.name, sheet=declared.key)
    if sheet.select:
        statements.single_select(sheet.select, declared.key)
    if sheet.number and declared.key != MAIN:
        raise Problem("INT-DB-NUMBER", where=source.name, sheet=declared.key)
    for path, how in sheet.filled(declared.key):
        _check_encoding(how.encoding, declared.key)
        column = declared.column(path)
        if column is None or path == PERSON:
            near = _near(path, [c.path for c in declared.columns if c.path != PERSON])
            raise Problem("INT-DB-FIELD", where=declared.key, sheet=declared.key, path=path, near=near)
        if how.values:
            _check_values(source, how.values, column)


def _check_encoding(name: str, where: str) -> None:
    known = [AUTO, *map(str, Encoding)]
    if name and name not in known:
        raise Problem("INT-DB-ENCODING", where=where, encoding=name, known=", ".join(known))


def _check_values(source: SourceMap, name: str, column: Column) -> None:
    table = source.values.get(name)
    if table is None:
        raise Problem("INT-DB-VALUES", where=column.path, table=name, path=column.path)
    if column.field is None or column.field.type not in FITTING:
        raise Problem("INT-DB-VALUES-FIELD", where=column.path, table=name, path=column.path)
    _check_targets(table, name, column)


def _check_targets(table: ValueMap, name: str, column: Column) -> None:
    """Every value on the right is a code of the field's list, or yes or no."""
    field = column.field
    if field is None or field.type == "text":
        return
    codes = standard.current().codes[field.code_list] if field.code_list else None
    for value, target in table.map.items():
        fits = target in YES_AND_NO if codes is None else target in codes
        if not fits:
            label = codes.label_vi if codes else " / ".join(YES_AND_NO)
            params = {"table": name, "value": value, "target": target, "list": label}
            raise Problem("INT-DB-VALUES-CODE", where=f"{name}.{value}", **params)


def _near(word: str, known: Iterable[str]) -> str:
    names = list(known)
    near = [name for name, _, _ in extract(word, names, scorer=ratio, limit=3, score_cutoff=40)]
    return ", ".join(near or names[:3])
