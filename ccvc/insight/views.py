"""The statistics page, and the same table as a file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ccvc import standard
from ccvc.access.http import Request
from ccvc.dossiers import moments
from ccvc.insight import selectors
from ccvc.insight.dimensions import Dimension, declared
from ccvc.insight.domain import UNSTATED, threshold
from ccvc.insight.presentation import csv_of, label, sheet_of
from ccvc.insight.selectors import Answer, Question
from ccvc.standard.problems import Problem

NARROWING = ("agency", "category", "sex", "education")
LONGEST = 60
BYTE_ORDER_MARK = "\ufeff"


@require_safe
def statistics(request: Request) -> HttpResponse:
    """Counts by one dimension or two, as bars and as a table."""
    question = _question(request)
    answer = selectors.statistics(request.subject, question)
    fewer_than = threshold(timezone.localdate())
    source = selectors.source_of(request.subject, question.moment)
    context = {
        "answer": answer,
        "sheet": sheet_of(answer.table, answer.rows, fewer_than),
        "fewer_than": fewer_than,
        "dimensions": [(name, label(dimension)) for name, dimension in declared().items()],
        "question": question,
        "choices": [_choice(source.dimension(name), question, answer) for name in NARROWING],
        "title": " × ".join(label(d) for d in (answer.rows, answer.columns) if d),
        "by_age": "age" in {question.rows, question.columns},
        "pyramid": (question.rows, question.columns) == ("age", "sex"),
        "query": request.GET.urlencode(),
        "times": moments.asked(request),
    }
    return render(request, "insight/statistics.html", context)


def _choice(dimension: Dimension, question: Question, answer: Answer) -> dict[str, Any]:
    keys = [key for key in dimension.keys(answer.on) if key is not UNSTATED]
    return {
        "name": dimension.name,
        "label": label(dimension),
        "chosen": question.narrowed.get(dimension.name, ""),
        "codes": [(key.code, label(key)) for key in keys],
    }


@require_safe
def table(request: Request) -> HttpResponse:
    """The same table, with the same numbers kept back, as a file."""
    answer = selectors.statistics(request.subject, _question(request))
    text = csv_of(sheet_of(answer.table, answer.rows, threshold(timezone.localdate())))
    response = HttpResponse(BYTE_ORDER_MARK + text, content_type="text/csv; charset=utf-8")
    names = [answer.rows.name, *([answer.columns.name] if answer.columns else [])]
    response["Content-Disposition"] = (
        f'attachment; filename="{"-".join(("thong-ke", *names))}-{answer.on}.csv"'
    )
    return response


def _question(request: Request) -> Question:
    """What the address asks; Problem INS-DATE."""
    asked = {name: str(value)[:LONGEST] for name, value in request.GET.items()}
    columns = asked.get("columns", "")
    rows, times = asked.get("rows") or "agency", moments.asked(request)
    return Question(
        rows=rows,
        columns="" if columns == rows else columns,
        narrowed={name: asked[name] for name in NARROWING if asked.get(name)},
        on=_day(asked.get("on", "")),
        everyone=asked.get("everyone") == "1",
        moment=times.moment() if times.past else None,
    )


def _day(text: str) -> date | None:
    day = standard.read_day(text) if text else None
    if text and day is None:
        raise Problem("INS-DATE", where=text)
    return day
