"""What typed columns tell without opening a document: who surely fails a criterion. Never more than the rule would."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from ccvc import standard
from ccvc.candidates.domain import Line
from ccvc.dossiers.domain import COLUMN_PATHS
from ccvc.rules import criteria
from ccvc.standard import Field
from ccvc.standard.problems import Problem

COLUMNS = {path: column for column, path in COLUMN_PATHS.items()}
OLDEST = 63
"""Nobody's age of retirement is higher, in any month of the law (NĐ 135/2020/NĐ-CP): a bound, not the rule."""


def kept(lines: Sequence[Line], on: date) -> Q:
    """Rows that may still hold every line that must: what a column does not tell, the document will."""
    condition = Q()
    for line in lines:
        if line.must:
            condition &= _kept(line, on)
    return condition


def _kept(line: Line, on: date) -> Q:
    if line.rule == "years_left":
        return _unknown_or("birth_date", Q(birth_date__gte=_born(on, OLDEST - int(line.values[0]))))
    column = COLUMNS.get(line.subject)
    if column is None or line.test == "given":
        return Q()
    if line.test == "lacking":
        return Q(**{f"{column}__isnull": True})
    field = standard.current().fields[line.subject]
    holding = _holding(column, field, line)
    return Q() if holding is None else _unknown_or(column, holding)


def _unknown_or(column: str, condition: Q) -> Q:
    return Q(**{f"{column}__isnull": True}) | condition


def _born(on: date, years: int) -> str:
    """The first of the year so many years before: a day too early rather than one too late."""
    return f"{on.year - years - 1:04d}"


def _holding(column: str, field: Field, line: Line) -> Q | None:
    """The rows whose column may hold; None where a column cannot say."""
    if line.test == "contains":
        return _named(column, line)
    if line.test in {"is", "is_not"}:
        among = Q(**{f"{column}__in": _values(field, line.values)})
        return among if line.test == "is" else ~among
    return _compared(column, field, line)


def _compared(column: str, field: Field, line: Line) -> Q:
    if field.type == "code":
        return Q(**{f"{column}__in": _ranked(field, line)})
    if field.type == "partial_date":
        return _dated(column, line)
    if field.type == "date":
        return _day(column, line)
    way = "gte" if line.test == "at_least" else "lte"
    return Q(**{f"{column}__{way}": Decimal(line.values[0])})


def _values(field: Field, values: Sequence[str]) -> list[Any]:
    if field.type in {"integer", "decimal"}:
        return [Decimal(value) for value in values]
    return list(values)


def _named(column: str, line: Line) -> Q | None:
    """Only of the name stands the text without tone marks in a column."""
    if column != "full_name":
        return None
    condition = Q()
    for value in line.values:
        condition |= Q(name_plain__contains=standard.plain(value))
    return condition


def _ranked(field: Field, line: Line) -> list[str]:
    """Codes the comparison does not refuse."""
    codes = {row.code for row in standard.current().codes[field.code_list or ""]}
    return [code for code in codes if _may_hold(line, field.path, code)]


def _may_hold(line: Line, path: str, code: str) -> bool:
    group, _, name = path.partition(".")
    try:
        return criteria.ask(line.criterion, {group: {name: code}}, date.max).answer != "no"
    except Problem:
        return True


def _dated(column: str, line: Line) -> Q:
    """Dates known in part, as text: "1980" may still be any day of that year."""
    bound = line.values[0]
    if line.test == "at_least":
        low = f"{standard.earliest(bound)}"
        return Q(**{f"{column}__gte": low}) | Q(**{f"{column}__in": [low[:4], low[:7]]})
    return Q(**{f"{column}__lte": f"{standard.latest(bound)}"})


def _day(column: str, line: Line) -> Q:
    bound = line.values[0]
    if line.test == "at_least":
        return Q(**{f"{column}__gte": standard.earliest(bound)})
    return Q(**{f"{column}__lte": standard.latest(bound)})
