"""The page of what a file would change, before it is proposed; and the same as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.access.middleware import beside
from ccvc.intake import actions, presentation, selectors
from ccvc.intake.differences import PURPOSE, differences
from ccvc.intake.models import Intake, State
from ccvc.intake.views.files import workbook
from ccvc.standard.problems import Problem

PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
def outlook(request: Request, intake_id: UUID) -> HttpResponse:
    """Each row with what it would change; rows and fields may be left out."""
    require(request.subject, Right.INTAKE_RUN)
    intake = selectors.intake(request.subject, intake_id)
    problem = None
    if request.method == "POST":
        try:
            _leave(request, intake)
        except Problem as refusal:
            problem = beside(request, refusal)
        else:
            return redirect(f"{reverse('intake:outlook', args=[intake.pk])}?{request.GET.urlencode()}")
    return _page(request, intake, problem)


def _leave(request: Request, intake: Intake) -> None:
    out = request.POST.get("out") != "no"
    if row := request.POST.get("row", ""):
        number = int(row) if row.isdecimal() and len(row) < len("1000000000") else -1
        actions.leave_rows(request.subject, intake.pk, [number], out=out)
    else:
        actions.leave_fields(request.subject, intake.pk, [request.POST.get("field", "")], out=out)
    done = _("Đã bỏ ra khỏi lần trình này.") if out else _("Đã lấy lại để trình.")
    messages.success(request, done)


def _asked(request: Request) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip()[:200] for name in ("kind", "field", "text")}


def _page(request: Request, intake: Intake, problem: Problem | None) -> HttpResponse:
    asked = _asked(request)
    found = selectors.lines(request.subject, intake.pk, **asked)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    outcomes = selectors.outcomes(request.subject, intake, list(page))
    keys = [one.key for one in outcomes if one.key]
    record_look(request.subject, keys, act="list", purpose=PURPOSE, detail=intake.file_name)
    may_leave = intake.state == State.READ and not intake.proposed_to and intake.asked_at is None
    context: dict[str, Any] = {
        "intake": intake,
        "problem": problem,
        "page": page,
        "outcomes": outcomes,
        "asked": asked,
        "counts": selectors.counts(intake),
        "fields": presentation.fields_changed(intake),
        "may_leave": may_leave,
        "may_propose": may_leave and intake.taken > 0 and not intake.review,
        "query": request.GET.urlencode(),
    }
    return render(request, "intake/outlook.html", context, status=422 if problem else 200)


@require_safe
def outlook_file(request: Request, intake_id: UUID) -> HttpResponse:
    """The differences of the rows asked for, as a workbook."""
    require(request.subject, Right.INTAKE_RUN)
    intake = selectors.intake(request.subject, intake_id)
    content = differences(request.subject, intake.pk, **_asked(request))
    name = slugify(Path(intake.file_name).stem) or "tep"
    return workbook(content, f"{name}-thay-doi.xlsx")
