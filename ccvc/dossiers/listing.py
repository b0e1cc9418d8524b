"""The list of dossiers and the search in it, now or as known on T and valid on V, as a page and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import orjson
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ccvc import standard
from ccvc.access.actions import record_look
from ccvc.access.domain import Right, require, visible_fields
from ccvc.access.http import Request
from ccvc.dossiers import moments, selectors
from ccvc.dossiers.domain import COLUMN_PATHS
from ccvc.dossiers.models import Head, Standing
from ccvc.dossiers.presentation import Line
from ccvc.dossiers.selectors import MaySee, Moment, Question
from ccvc.standard.problems import Problem

PAGE = 50
LONGEST_QUERY = 100
MOST_IN_A_FILE = 50_000
COLUMNS = ("birth_date", "unit_name", "position_title", "rank", "salary_coefficient")
FILTERS = ("category", "status", "highest_level")
CODED = (
    "sex",
    "ethnic_group",
    "religion",
    "position",
    "rank",
    "salary_group",
    "political_theory",
    "it_level",
)
"""Further columns the address may ask for, as pages that count people by a code do."""
IN_FILES = (
    "full_name",
    "personal_id",
    "birth_date",
    "sex",
    "unit_code",
    "unit_name",
    "category",
    "status",
    "position_title",
    "rank",
    "salary_coefficient",
    "highest_level",
)
MANAGING = "Quản lý hồ sơ trong phạm vi phụ trách"
BYTE_ORDER_MARK = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Asked:
    """A list as the address asks for it: the question, the columns that narrow it, the moment."""

    question: Question
    filters: list[str]
    times: moments.Asked


def _asked(request: Request, may_see: MaySee) -> Asked:
    further = [name for name in CODED if name not in FILTERS and request.GET.get(name)]
    filters = [name for name in (*FILTERS, *further) if may_see(_field(name))]
    equal = {name: _text(request, name) for name in filters}
    return Asked(
        Question(_text(request, "q"), _text(request, "unit"), equal), filters, moments.asked(request)
    )


@require_safe
def list_(request: Request) -> HttpResponse:
    """Dossiers within reach, filtered and searched; the people of the page are recorded as one look."""
    subject = request.subject
    require(subject, Right.DOSSIER_LIST)
    may_see = visible_fields(subject, own=False)
    asked = _asked(request, may_see)
    question, equal = asked.question, asked.question.equal
    columns = [name for name in COLUMNS if may_see(_field(name))]
    page = Paginator(_rows(request, asked), PAGE).get_page(request.GET.get("page"))
    keys = [head.dossier.key for head in page]
    detail = " ".join(filter(None, (question.text, *asked.times.query.values())))
    record_look(subject, keys, act="search" if question.text else "list", purpose=MANAGING, detail=detail)
    context = {
        "page": page,
        "rows": [(head, [_cell(head, name) for name in columns]) for head in page],
        "columns": [COLUMN_PATHS[name] for name in columns],
        "q": question.text,
        "choices": [
            (COLUMN_PATHS[name], name, equal[name], _choices(name, equal[name])) for name in asked.filters
        ],
        "unit": question.unit,
        "units": selectors.units(subject),
        "narrowed": bool(question.text or question.unit or any(equal.values()) or asked.times.past),
        "times": asked.times,
        "moment": urlencode(asked.times.query),
        "query": request.GET.urlencode(),
    }
    return render(request, "dossiers/list.html", context)


def _rows(request: Request, asked: Asked) -> Any:
    question = asked.question
    if asked.times.past:
        return selectors.search_as_of(request.subject, question, asked.times.moment())
    return selectors.search(request.subject, question.text, unit=question.unit, **question.equal)


@require_safe
def file(request: Request, form: str) -> HttpResponse:
    """The whole list as a file that names its moment: the same address gives the same bytes whenever it is asked.

    An address without a moment is led to the one with the moment of now. Problem DOS-LIST-TOO-LONG.
    """
    subject = request.subject
    require(subject, Right.DOSSIER_LIST)
    may_see = visible_fields(subject, own=False)
    asked = _asked(request, may_see)
    moment = asked.times.moment()
    fixed = moments.exact(moment)
    if any(request.GET.get(name) != value for name, value in fixed.items()):
        return redirect(f"{request.path}?{urlencode({**request.GET.dict(), **fixed})}")
    found = selectors.search_as_of(subject, asked.question, moment)
    rows = list(found[: MOST_IN_A_FILE + 1])
    if len(rows) > MOST_IN_A_FILE:
        raise Problem("DOS-LIST-TOO-LONG", most=MOST_IN_A_FILE)
    keys = [row.dossier.key for row in rows]
    record_look(subject, keys, act="export", purpose=MANAGING, detail=request.get_full_path())
    columns = [name for name in IN_FILES if may_see(_field(name))]
    content, kind = FORMS[form](asked, moment, columns, rows)
    response = HttpResponse(content, content_type=kind)
    name = f"danh-sach-{moment.valid_on}-{moment.known_at:%Y%m%dT%H%M%S}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _json(
    asked: Asked, moment: Moment, columns: Sequence[str], rows: Sequence[Standing]
) -> tuple[bytes, str]:
    """Canonical JSON: the question with its moment, and codes as they stand."""
    question = asked.question
    told = {
        **moments.exact(moment),
        "query": {"q": question.text, "unit": question.unit, **question.equal},
        "count": len(rows),
        "rows": [
            {"person": str(row.dossier.key), **{name: _written(row, name) for name in columns}}
            for row in rows
        ],
    }
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS), "application/json"


def _csv(asked: Asked, moment: Moment, columns: Sequence[str], rows: Sequence[Standing]) -> tuple[bytes, str]:
    """A table a spreadsheet opens, codes in the words of the day; what starts like a formula is kept as text."""
    del asked
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_field(name).label_vi for name in columns])
    for row in rows:
        writer.writerow([_plain(_in_words(row, name, moment)) for name in columns])
    return (BYTE_ORDER_MARK + out.getvalue()).encode(), "text/csv; charset=utf-8"


Writer = Callable[[Asked, Moment, Sequence[str], Sequence[Standing]], tuple[bytes, str]]
FORMS: dict[str, Writer] = {"csv": _csv, "json": _json}


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _in_words(row: Standing, name: str, moment: Moment) -> str:
    value, field = _written(row, name), _field(name)
    if value is None:
        return ""
    if field.code_list:
        return standard.current().codes[field.code_list].label(value, on=moment.valid_on)
    return standard.display(field.path, value, "vi")


def _text(request: Request, name: str) -> str:
    """A parameter of the address as plain text."""
    return "".join(c for c in request.GET.get(name, "")[:LONGEST_QUERY] if c.isprintable())


def _field(column: str) -> standard.Field:
    return standard.current().fields[COLUMN_PATHS[column]]


def _written(row: Head | Standing, column: str) -> Any:
    """A typed column as the document writes it."""
    value = getattr(row, column)
    return str(value) if isinstance(value, Decimal) else value


def _cell(row: Head | Standing, column: str) -> Line:
    return Line(COLUMN_PATHS[column], _written(row, column))


def _choices(column: str, chosen: str) -> list[tuple[str, str]]:
    """Codes of the day with their labels, and the chosen one where it is closed."""
    codes = standard.current().codes[_field(column).code_list or ""]
    english = get_language() == "en"
    found = {c.code: c.label("en" if english else "vi") for c in codes.on(timezone.localdate())}
    if chosen in codes:
        found.setdefault(chosen, codes.label(chosen, "en" if english else "vi"))
    return [*found.items()]
