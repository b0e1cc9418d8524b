"""Pages of headcount: assigned beside actual, and assigning."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.access.middleware import beside, status_of
from ccvc.dossiers import moments
from ccvc.headcount import actions, selectors
from ccvc.headcount.domain import lines
from ccvc.headcount.forms import AssignForm
from ccvc.headcount.models import Assignment
from ccvc.headcount.selectors import Row
from ccvc.standard.problems import Problem


@require_safe
def overview(request: Request) -> HttpResponse:
    """A unit with those directly under it: assigned, actual, vacant, by line."""
    times = moments.asked(request)
    moment = times.moment() if times.past else None
    sheet = selectors.sheet(request.subject, moment, _unit(request))
    context = {
        "sheet": sheet,
        "top": _shown(sheet.row) if sheet.row else None,
        "rows": [_shown(row) for row in sheet.below],
        "lines": lines(),
        "times": times,
        "on": times.valid_on or timezone.localdate(),
        "decisions": _decisions(request, sheet.row) if sheet.row else [],
        "may_assign": request.subject.may(Right.HEADCOUNT_ASSIGN),
        "query": "".join(f"&{name}={value}" for name, value in times.query.items()),
    }
    return render(request, "headcount/overview.html", context)


def _decisions(request: Request, row: Row) -> list[tuple[str, Assignment]]:
    labels = {line.name: line.label for line in lines()}
    found = selectors.decisions(request.subject, row.state.unit.key)
    return [(labels.get(one.line, one.line), one) for one in found]


def _shown(row: Row) -> tuple[Row, list[object]]:
    return row, [(line, row.cells[line.name]) for line in lines()]


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: Request) -> HttpResponse:
    """Assign a number; what keeps it from being assigned is shown beside the form."""
    require(request.subject, Right.HEADCOUNT_ASSIGN)
    form = AssignForm(
        request.POST if request.method == "POST" else None, initial={"code": request.GET.get("code")}
    )
    problem, status = None, 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                made = actions.assign(request.subject, **form.asked())
            except Problem as refusal:
                problem, status = beside(request, refusal), status_of(refusal.code)
            else:
                messages.success(request, _("Đã giao {number} chỗ.").format(number=made.number))
                return redirect(f"{reverse('headcount:overview')}?unit={made.unit.key}")
    return render(request, "headcount/assign.html", {"form": form, "problem": problem}, status=status)


def _unit(request: Request) -> UUID | None:
    text = request.GET.get("unit", "").strip()
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Problem("ORG-UNIT-UNKNOWN", where="unit") from error
