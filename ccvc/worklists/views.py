"""Pages of the work lists: all of them with their numbers, one with its people, one person's answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ccvc import standard
from ccvc.access.actions import record_look
from ccvc.access.domain import Right
from ccvc.access.http import Request
from ccvc.changes import selectors as changes
from ccvc.quality import selectors as quality
from ccvc.standard.problems import Problem
from ccvc.worklists import files, presentation, selectors
from ccvc.worklists.domain import PERIODS, WorkList, until_of
from ccvc.worklists.selectors import Asked, Line

PAGE, WHOLE = 50, 2000
LONGEST = 60
SHOWN = ("due", "missed", "cannot_tell")
PLANNING = "Lập danh sách đến hạn"
OWN = "Xem mốc thời hạn của chính mình"


@require_safe
def overview(request: Request) -> HttpResponse:
    """Every list with its numbers: passed without a decision, due, not to be told; and what else waits."""
    subject, asked = request.subject, _asked(request)
    works = selectors.open_lists(subject)
    found = selectors.totals(works, selectors.within(subject, asked.unit), asked)
    rows = [
        (work, presentation.label_of(work), presentation.next_of(work), counts, _until(work, asked))
        for work, counts in found
    ]
    context = {
        "rows": sorted(rows, key=lambda row: row[3].missed == 0),
        "missed": sum(row[3].missed for row in rows if row[0].told),
        "totals": rows[0][3] if rows else None,
        "lacking": _lacking(request),
        "late_changes": changes.late(subject).count() if changes.steps_open_to(subject) else 0,
        "may_see_papers": subject.may(Right.QUALITY_SEE),
        **_filters(request, asked),
    }
    return render(request, "worklists/overview.html", context)


@require_safe
def list_(request: Request, name: str) -> HttpResponse:
    """The people of a list with reasons by the dossiers of now; the people of the page are recorded as one look."""
    subject, asked = request.subject, _asked(request)
    work = selectors.open_list(subject, name)
    shown = request.GET.get("show", "due") if request.GET.get("show") in SHOWN else "due"
    found = selectors.listed(subject, work, asked, shown)
    whole = request.GET.get("whole") == "1"
    page = Paginator(found, WHOLE if whole else PAGE).get_page(request.GET.get("page"))
    keys = [row["person"] for row in page]
    record_look(subject, keys, act="list", purpose=PLANNING, detail=request.path)
    ((_work, totals),) = selectors.totals([work], selectors.within(subject, asked.unit), asked)
    context = {
        "work": work,
        "label": presentation.label_of(work),
        "next": presentation.next_of(work),
        "totals": totals,
        "page": page,
        "rows": _rows(work, selectors.lines(work, keys, asked), asked),
        "show": shown,
        "until": _until(work, asked),
        "tabs": _tabs(request, work, totals),
        "decide": _decide(request, work) if shown != "cannot_tell" else "",
        "more": page.has_other_pages() and not whole,
        "query": request.GET.urlencode(),
        **_filters(request, asked),
    }
    return render(request, "worklists/list.html", context)


@require_safe
def file(request: Request, name: str, form: str) -> HttpResponse:
    """The whole list as a file, with reasons; recorded as an export. Problem WRK-TOO-LONG."""
    subject, asked = request.subject, _asked(request)
    work = selectors.open_list(subject, name)
    shown = request.GET.get("show", "due") if request.GET.get("show") in SHOWN else "due"
    content = files.export(
        subject, work, asked, shown, form, purpose=PLANNING, detail=request.get_full_path()
    )
    response = HttpResponse(content, content_type=files.KINDS[form])
    response["Content-Disposition"] = f'attachment; filename="{work.name}-{asked.on}.{form}"'
    return response


@require_safe
def mine(request: Request) -> HttpResponse:
    """The signed-in person's own milestones."""
    key = request.subject.person_key
    return redirect("worklists:person", key=key) if key else render(request, "dossiers/none.html")


@require_safe
def person(request: Request, key: UUID) -> HttpResponse:
    """One person's answer to every list, told anew, with reasons and articles."""
    asked = _asked(request)
    found = selectors.answers(request.subject, key, asked)
    record_look(request.subject, [key], purpose=OWN if found.own else PLANNING, detail=request.path)
    rows = [
        {
            "label": presentation.label_of(one.work),
            "standing": one.standing,
            "word": presentation.STANDINGS[one.standing],
            "day": presentation.day_text(one.milestone),
            "reasons": presentation.reasons(one.milestone),
            "steps": presentation.steps(one.work, one.milestone, asked.on),
            "until": _until(one.work, asked),
        }
        for one in found.answers
    ]
    return render(request, "worklists/person.html", {"person": found, "rows": rows, "asked": asked})


def _asked(request: Request) -> Asked:
    """What the address asks for; Problem WRK-DAY."""
    text = request.GET.get("on", "").strip()[:LONGEST]
    day = standard.read_day(text) if text else timezone.localdate()
    if day is None or not 2000 <= day.year <= 2100:  # noqa: PLR2004 - what lists can sensibly be asked for
        raise Problem("WRK-DAY", where=text)
    period = request.GET.get("period", "")
    unit = "".join(c for c in request.GET.get("unit", "")[:LONGEST] if c.isprintable())
    return Asked(day, unit, period if period in PERIODS else "")


def _filters(request: Request, asked: Asked) -> dict[str, Any]:
    narrowed = {"unit": asked.unit, "period": asked.period}
    day = f"{asked.on:%d/%m/%Y}" if request.GET.get("on") else ""
    told = {name: value for name, value in {**narrowed, "on": day}.items() if value}
    return {
        "asked": asked,
        "day": day,
        "units": selectors.unit_choices(request.subject),
        "periods": [*presentation.PERIOD_LABELS.items()],
        "narrowing": urlencode(told),
    }


def _lacking(request: Request) -> int:
    """People within reach with an entry that lacks its paper, as the quality of data was last judged."""
    if not request.subject.may(Right.QUALITY_SEE):
        return 0
    found = quality.findings(request.subject, quality.Asked(rule="COMPLETE-EVIDENCE-FILE"))
    return found.order_by().values("person").distinct().count()


def _until(work: WorkList, asked: Asked) -> Any:
    return until_of(asked.period or work.period, asked.on)


def _rows(work: WorkList, lines: Sequence[Line], asked: Asked) -> list[dict[str, Any]]:
    return [
        {
            "line": line,
            "word": presentation.STANDINGS[line.standing],
            "day": presentation.day_text(line.milestone),
            "reasons": presentation.reasons(line.milestone),
            "steps": presentation.steps(work, line.milestone, asked.on),
        }
        for line in lines
    ]


def _tabs(request: Request, work: WorkList, totals: Any) -> list[dict[str, Any]]:
    numbers = {"due": totals.due, "missed": totals.missed, "cannot_tell": totals.cannot_tell}
    names = [name for name in SHOWN if name != "missed" or not work.passes]
    return [
        {
            "key": name,
            "label": files.SHOWN_LABELS[name],
            "url": _with(request, show=name),
            "count": numbers[name],
        }
        for name in names
    ]


def _with(request: Request, **changed: str) -> str:
    query = request.GET.copy()
    for gone in ("page", "whole"):
        query.pop(gone, None)
    for name, value in changed.items():
        query[name] = value
    return f"?{query.urlencode()}"


def _decide(request: Request, work: WorkList) -> str:
    """Where a decision on the people chosen is begun; empty where the list leads to none, or it is not theirs."""
    may = work.decision and request.subject.may(Right.DECISION_DRAFT)
    return reverse("decisions:new") if may else ""
