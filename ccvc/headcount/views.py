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
from ccvc.headcount import actions, presentation, selectors
from ccvc.headcount.domain import label_of
from ccvc.headcount.forms import AssignForm
from ccvc.headcount.workbook import MIME, written
from ccvc.standard.problems import Problem


@require_safe
def overview(request: Request) -> HttpResponse:
    """A unit with those directly under it: assigned, actual, vacant, by line."""
    times = moments.asked(request)
    moment = times.moment() if times.past else None
    sheet = selectors.sheet(request.subject, moment, _unit(request))
    rows, silent = presentation.parted(sheet)
    context = {
        "sheet": sheet,
        "top": presentation.top(sheet),
        "rows": rows,
        "silent": silent,
        "totals": presentation.totals(sheet),
        "aside": presentation.aside(sheet),
        "groups": presentation.grouped(sheet),
        "contracts": presentation.contracts(sheet),
        "times": times,
        "on": times.valid_on or timezone.localdate(),
        **(_of_unit(request, sheet.row.state.unit.key) if sheet.row else {}),
        "may_assign": request.subject.may(Right.HEADCOUNT_ASSIGN),
        "query": "".join(f"&{name}={value}" for name, value in times.query.items()),
    }
    return render(request, "headcount/overview.html", context)


@require_safe
def workbook(request: Request) -> HttpResponse:
    """The same table, as known at the same moment, as a workbook."""
    times = moments.asked(request)
    sheet = selectors.sheet(request.subject, times.moment() if times.past else None, _unit(request))
    response = HttpResponse(written(sheet), content_type=MIME)
    name = f"bien-che-{times.valid_on or timezone.localdate()}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _of_unit(request: Request, unit: UUID) -> dict[str, object]:
    """What was decided on a unit, each with the name of its line."""
    decisions, passings = (find(request.subject, unit) for find in (selectors.decisions, selectors.passings))
    return {
        "decisions": [(label_of(one.line), one) for one in decisions],
        "passings": [(label_of(one.line), one) for one in passings],
    }


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
