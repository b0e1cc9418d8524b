"""Letting a condition pass, and answering by name for what the record cannot tell."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ccvc.access.http import Request
from ccvc.access.middleware import beside
from ccvc.decisions import actions
from ccvc.decisions.forms import PassingForm
from ccvc.decisions.views.desk import page_of
from ccvc.standard.problems import Problem

LONGEST = 40


@require_POST
def let_pass(request: Request, decision_id: UUID, key: UUID) -> HttpResponse:
    """Record by whose authority a condition is let pass."""
    form, condition = PassingForm(request.POST), request.POST.get("condition", "")[:LONGEST]
    if not form.is_valid():
        lacking = Problem("DEC-AUTHORITY", least=actions.SHORTEST)
        return page_of(request, decision_id, beside(request, lacking), form)
    try:
        actions.let_pass(request.subject, decision_id, key, condition, form.by())
    except Problem as problem:
        _refuse_unseen(problem)
        return page_of(request, decision_id, beside(request, problem), form)
    messages.success(request, _("Đã ghi nhận việc cho qua điều kiện."))
    return redirect("decisions:detail", decision_id=decision_id)


@require_POST
def testify(request: Request, decision_id: UUID, key: UUID) -> HttpResponse:
    """Record somebody's answer for what the record cannot tell."""
    condition, answer = request.POST.get("condition", "")[:LONGEST], request.POST.get("answer", "")
    given: Any = answer
    try:
        actions.testify(
            request.subject, decision_id, key, condition, given, request.POST.get("ground", "")[:1000]
        )
    except Problem as problem:
        _refuse_unseen(problem)
        return page_of(request, decision_id, beside(request, problem), None)
    messages.success(request, _("Đã ghi nhận xác nhận của bạn."))
    return redirect("decisions:detail", decision_id=decision_id)


def _refuse_unseen(problem: Problem) -> None:
    """Whoever may not see the decision is shown no page of it."""
    if problem.code in {"DEC-UNKNOWN", "ACC-DENIED"}:
        raise problem
