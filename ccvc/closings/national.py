"""Pages of the national node: all agencies by month, one closing beside the register, acts on how to close."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ccvc.access.domain import Right, Subject
from ccvc.access.http import Request
from ccvc.closings import actions, domain, presentation
from ccvc.closings.models import Decision
from ccvc.closings.selectors import months, reviewing
from ccvc.closings.views import difference_page, recounts_of
from ccvc.registry.selectors import reaches
from ccvc.registry.views import national
from ccvc.rules.closing import month_of
from ccvc.standard.problems import Problem

DIGITS = 2


@require_safe
@national
def overview(request: Request) -> HttpResponse:
    """Every agency and its last months, those that most need a look first."""
    found = months.overview(request.subject)
    columns = sorted({month.month for row in found for month in row.months}, reverse=True)
    counted = presentation.troubles(found)
    may_read = _reader(request.subject)
    shown = [stage for stage in presentation.stages_by_trouble() if counted[stage]]
    context = {
        "columns": columns,
        "rows": [(row, presentation.cells(row, columns, each=may_read(row.code))) for row in found],
        "counts": [(presentation.look(stage), counted[stage]) for stage in shown],
        "may_decide": request.subject.may(Right.CLOSING_DECIDE),
    }
    return render(request, "closings/overview.html", context)


@require_safe
@national
def agency(request: Request, agency: str, month: str) -> HttpResponse:
    """One month of an agency: what was signed, how it compares, who differs for those who may read the register."""
    subject = request.subject
    found = months.agency_month(subject, agency, domain.read_month(month))
    if request.GET.get("differences") and found.outcome is not None:
        return difference_page(request, found, found.outcome, agency=agency)
    statement = reviewing.stated(found.closing.snapshot) if found.closing else None
    may_read = _reader(subject)(agency)
    context = {
        "month": found,
        "agency": agency,
        "text": month,
        "look": presentation.look(found.stage),
        "statement": statement,
        "snapshot": found.closing.snapshot if found.closing else None,
        "categories": presentation.by_category(statement, each=may_read) if statement else [],
        "overdue": presentation.overdue_lines(statement, each=may_read) if statement else [],
        "fault": presentation.fault_of(statement) if statement else "",
        "stated_scores": presentation.quality_rows(statement.quality) if statement else [],
        "may_read": may_read,
        "recounts": recounts_of(found, each=may_read),
        "may_decide": subject.may(Right.CLOSING_DECIDE),
        "modes": Decision.Mode.choices,
        "this": f"{month_of(timezone.localdate()):%Y-%m}",
        "policy": months.policy_for(agency, found.month),
        "unbalanced": found.outcome is not None and reviewing.found_problem(found.outcome),
    }
    return render(request, "closings/agency.html", context)


def _reader(subject: Subject) -> Callable[[str], bool]:
    """Whether the subject may read each person of an agency in the register."""
    within = reaches(subject, Right.REGISTER_READ)
    return lambda code: subject.may(Right.REGISTER_READ) and within(code)


@require_POST
def decide(request: Request, agency: str) -> HttpResponse:
    """Lay down how an agency closes: at a component its own, at the national node any that joined."""
    days = request.POST.get("window_days", "")
    if not (days.isascii() and days.isdigit() and len(days) <= DIGITS):
        raise Problem("CLS-MODE", where="window_days", reason=days[:DIGITS])
    actions.decide(
        request.subject,
        agency,
        mode=request.POST.get("mode", ""),
        since=domain.read_month(request.POST.get("since", "")),
        window_days=int(days),
        basis=request.POST.get("basis", ""),
    )
    messages.success(request, _("Đã ghi quyết định về cách chốt."))
    if settings.CCVC_KIND == "component":
        return redirect("closings:list")
    return redirect("closings:overview")
