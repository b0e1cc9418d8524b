"""The page on which an officer says whose the rows without a number are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.access.middleware import beside
from ccvc.intake import actions, presentation, selectors, tasks
from ccvc.intake.models import Intake, State
from ccvc.standard.problems import Problem

PAGE = 20
AT_ONCE = 1_000  # more are left to the worker
NOBODY = "none"
PURPOSE = "Chọn hồ sơ cho dòng không có số định danh"


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: Request, intake_id: UUID) -> HttpResponse:
    """Each row beside the dossiers it may be of; chosen one by one, or all certain ones together."""
    require(request.subject, Right.INTAKE_RUN)
    intake = selectors.intake(request.subject, intake_id)
    problem = None
    if request.method == "POST":
        try:
            _act(request, intake)
        except Problem as refusal:
            problem = beside(request, refusal)
        else:
            return redirect(f"{reverse('intake:review', args=[intake.pk])}?{request.GET.urlencode()}")
    return _page(request, intake, problem)


def _act(request: Request, intake: Intake) -> None:
    """What the button pressed asks for."""
    act = request.POST.get("act", "")
    if act == "certain":
        _take_certain(request, intake)
        return
    if act == "rest":
        done = actions.leave_rest(request.subject, intake.pk)
    else:
        choices = _choices(request.POST)
        done = len(choices)
        if choices:
            actions.decide(request.subject, intake.pk, choices)
    messages.success(request, _("Đã ghi nhận cho {n} dòng.").format(n=done))


def _take_certain(request: Request, intake: Intake) -> None:
    number = selectors.waiting(intake)["certain"]
    if number > AT_ONCE and request.subject.user_id is not None:
        tasks.match_certain.defer(intake_id=str(intake.pk), user_id=request.subject.user_id)
        messages.success(request, _("Đang ghi nhận {n} dòng; tải lại trang để xem.").format(n=number))
        return
    done = actions.take_certain(request.subject, intake.pk)
    messages.success(request, _("Đã ghi nhận cho {n} dòng.").format(n=done))


def _choices(typed: Mapping[str, str]) -> dict[int, UUID | None]:
    """The dossiers chosen on the page, by row; rows left for later are not among them."""
    found: dict[int, UUID | None] = {}
    for name, text in typed.items():
        kind, _sign, row = name.partition("-")
        if kind != "choice" or not row.isdecimal() or not text:
            continue
        try:
            found[int(row)] = None if text == NOBODY else UUID(text)
        except ValueError as error:
            raise Problem("INT-MATCH-ROW", row=row[:10]) from error
    return found


def _page(request: Request, intake: Intake, problem: Problem | None) -> HttpResponse:
    state = request.GET.get("state", "")
    found = selectors.matches(request.subject, intake.pk, state=state)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    asked = selectors.asked(request.subject, intake, list(page))
    keys = {candidate.dossier.key for one in asked for candidate in one.candidates}
    record_look(request.subject, list(keys), act="list", purpose=PURPOSE, detail=intake.file_name)
    counts = selectors.waiting(intake)
    context: dict[str, Any] = {
        "intake": intake,
        "problem": problem,
        "page": page,
        "asked": [presentation.row(one, request.POST) for one in asked],
        "counts": counts,
        "tabs": presentation.review_tabs(intake, counts),
        "state": state,
        "may_choose": intake.state == State.READ and not intake.proposed_to and intake.asked_at is None,
    }
    return render(request, "intake/review.html", context, status=422 if problem else 200)
