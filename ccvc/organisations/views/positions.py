"""Job positions of a unit as of any day and as known by another; approving one, ending one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.access.middleware import beside, status_of
from ccvc.organisations import actions, selectors, times
from ccvc.organisations.forms import EndPositionForm, PositionForm
from ccvc.organisations.models import Position
from ccvc.organisations.presentation import requirement
from ccvc.organisations.selectors import Filled, PositionSheet
from ccvc.standard.problems import Problem


@require_safe
def positions(request: Request, key: UUID) -> HttpResponse:
    """The positions of a unit: what each requires, its places, how many are held and free."""
    when = times.asked(request)
    sheet = selectors.position_sheet(request.subject, key, when.on, when.known)
    groups = [
        (label, [_row(row) for row in sheet.rows if row.position.kind == kind]) for kind, label in _kinds()
    ]
    context = {"sheet": sheet, "times": when, "groups": [(label, rows) for label, rows in groups if rows]}
    return render(request, "organisations/positions.html", context)


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in Position.Kind]


def _row(row: Filled) -> tuple[Filled, list[str]]:
    return row, [requirement(one) for one in row.position.requirements()]


@require_http_methods(["GET", "HEAD", "POST"])
def position(request: Request, key: UUID) -> HttpResponse:
    """Approve a position of the unit, one of another number or one more."""
    require(request.subject, Right.ORGANISATION_EDIT)
    when = times.asked(request)
    sheet = selectors.position_sheet(request.subject, key, when.on)
    form = PositionForm(request.POST if request.method == "POST" else None, initial=_initial(sheet, request))
    problem, status = None, 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                code = selectors.code_on(sheet.unit, form.cleaned_data["on"])
                actions.approve_positions(request.subject, unit_code=code, **form.asked())
            except Problem as refusal:
                problem, status = beside(request, refusal, form), status_of(refusal.code)
            else:
                messages.success(request, _("Đã ghi vị trí việc làm theo quyết định."))
                return redirect(_address(key, form.cleaned_data["on"]))
    context = {"sheet": sheet, "form": form, "problem": problem, "times": when}
    return render(request, "organisations/position.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def end_position(request: Request, key: UUID) -> HttpResponse:
    """End a position of the unit after its last day."""
    require(request.subject, Right.ORGANISATION_EDIT)
    when = times.asked(request)
    sheet = selectors.position_sheet(request.subject, key, when.on)
    form = EndPositionForm(
        request.POST if request.method == "POST" else None, initial={"code": request.GET.get("code", "")[:40]}
    )
    problem, status = None, 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                code = selectors.code_on(sheet.unit, form.cleaned_data["last_day"])
                actions.end_position(request.subject, unit_code=code, **form.asked())
            except Problem as refusal:
                problem, status = beside(request, refusal, form), status_of(refusal.code)
            else:
                messages.success(request, _("Đã ghi ngày cuối cùng của vị trí việc làm."))
                return redirect(_address(key, form.cleaned_data["last_day"]))
    context = {"sheet": sheet, "form": form, "problem": problem, "times": when, "ends": True}
    return render(request, "organisations/position.html", context, status=status)


def _address(key: UUID, day: Any) -> str:
    return f"{reverse('organisations:positions', args=[key])}?on={day.isoformat()}"


def _initial(sheet: PositionSheet, request: Request) -> dict[str, Any]:
    """What stands of the position to be changed, without its decision."""
    code = request.GET.get("code", "")
    row = next((row.position for row in sheet.rows if row.position.code == code), None)
    return PositionForm.of(row) if row else {}
