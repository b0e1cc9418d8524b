"""Pages of reorganisations: the list, a draft from a file, what it would do, approving and undoing; differences."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from ccvc import standard
from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.access.middleware import beside, status_of
from ccvc.means.presentation import means_of, pending_of, reaching_signer, signature_of, signer_address
from ccvc.means.selectors import own_in_force
from ccvc.organisations import actions
from ccvc.organisations.deciding import following
from ccvc.organisations.forms import ReorganisationForm
from ccvc.organisations.planfiles import read_steps
from ccvc.organisations.selectors import differing, reorganising
from ccvc.signing.actions import examine
from ccvc.signing.presentation import shown
from ccvc.standard.problems import Problem

PAGE = 50
LONGEST = 500


@require_safe
def reorganisations(request: Request) -> HttpResponse:
    """Every reorganisation of units within reach, newest first."""
    found = Paginator(reorganising.reorganisations(request.subject), PAGE)
    context = {
        "page": found.get_page(request.GET.get("page")),
        "may_draft": request.subject.may(Right.ORGANISATION_EDIT),
    }
    return render(request, "organisations/reorganisations.html", context)


def new_reorganisation(request: Request) -> HttpResponse:
    """Draft a reorganisation from a file of its steps."""
    require(request.subject, Right.ORGANISATION_EDIT)
    form = ReorganisationForm(request.POST or None, request.FILES or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            made = _draft(request, form.cleaned_data)
        except Problem as fault:
            problem = beside(request, fault)
        else:
            return redirect("organisations:reorganisation", made.key)
    status = status_of(problem.code) if problem else (422 if form.errors else 200)
    return render(
        request, "organisations/new_reorganisation.html", {"form": form, "problem": problem}, status=status
    )


def _draft(request: Request, given: dict[str, Any]) -> Any:
    file = given["file"]
    steps = read_steps(file.name, file.read())
    said = {"title": given["title"], "basis": given["basis"], "on": given["on"]}
    return actions.draft_reorganisation(request.subject, **said, steps=steps)


@require_safe
def reorganisation(request: Request, key: UUID) -> HttpResponse:
    """One reorganisation: what it would make of each unit, or made, and how many people belong to it."""
    return page_of(request, key)


def page_of(request: Request, key: UUID, problem: Problem | None = None) -> HttpResponse:
    """The page of a reorganisation, with what kept an act from being done."""
    sheet = reorganising.sheet(request.subject, key)
    context = {
        "sheet": sheet,
        "found": sheet.found,
        "page": Paginator(sheet.rows, PAGE).get_page(request.GET.get("page")),
        "problem": problem,
        "may_list": request.subject.may(Right.DOSSIER_LIST),
        "means": own_in_force(request.subject) if sheet.may_approve else [],
        "signer": signer_address(),
        "verdict": shown(examine(sheet.found.signature)) if sheet.found.signature else None,
        "assigned": reorganising.assigned(sheet),
        "following": following(request.subject, sheet.found),
    }
    status = status_of(problem.code) if problem else 200
    return reaching_signer(render(request, "organisations/reorganisation.html", context, status=status))


@sensitive_post_parameters("passphrase")
@require_POST
def approve(request: Request, key: UUID) -> HttpResponse:
    """Sign it and carry it out as it was shown."""
    require(request.subject, Right.ORGANISATION_APPROVE)
    reorganising.sheet(request.subject, key)
    passphrase, means = request.POST.get("passphrase", ""), means_of(request.POST.get("means", ""))
    try:
        actions.approve_reorganisation(
            request.subject, key, request.POST.get("seen", "")[:64], passphrase, means
        )
    except Problem as fault:
        return page_of(request, key, beside(request, fault))
    messages.success(request, _("Đã ký duyệt; cơ cấu tổ chức thay đổi từ ngày hiệu lực."))
    return redirect("organisations:reorganisation", key)


@require_POST
def begin_approve(request: Request, key: UUID) -> JsonResponse:
    """What the officer's own machine is to sign: the bytes, the statement they stand for, and every step."""
    require(request.subject, Right.ORGANISATION_APPROVE)
    reorganising.sheet(request.subject, key)
    session, means = request.session.session_key or "", means_of(request.POST.get("means", "")) or 0
    seen = request.POST.get("seen", "")[:64]
    handed = actions.begin_locally(request.subject, session, key, seen, means)
    given = {"id": handed.pending.pk, "prepared": handed.pending.prepared, "steps": handed.steps}
    return JsonResponse({**given, "changes": [{"statement": handed.statement, "name": ""}]})


@require_POST
def complete_approve(request: Request, key: UUID) -> JsonResponse:
    """Carry it out with what the officer's own machine signed; where to go then."""
    require(request.subject, Right.ORGANISATION_APPROVE)
    reorganising.sheet(request.subject, key)
    pending = pending_of(request.POST.get("id", ""))
    signature = signature_of(request.POST.get("signature", ""))
    made = actions.end_locally(request.subject, request.session.session_key or "", pending, signature)
    messages.success(request, _("Đã ký duyệt; cơ cấu tổ chức thay đổi từ ngày hiệu lực."))
    return JsonResponse({"next": reverse("organisations:reorganisation", args=[made.key])})


@require_POST
def withdraw(request: Request, key: UUID) -> HttpResponse:
    """Take the draft back."""
    require(request.subject, Right.ORGANISATION_EDIT)
    reorganising.sheet(request.subject, key)
    actions.withdraw_reorganisation(request.subject, key)
    messages.success(request, _("Đã rút đợt sắp xếp."))
    return redirect("organisations:reorganisation", key)


@require_POST
def undo(request: Request, key: UUID) -> HttpResponse:
    """Draft the reorganisation that undoes it from a day on."""
    require(request.subject, Right.ORGANISATION_EDIT)
    reorganising.sheet(request.subject, key)
    try:
        on = _day(request.POST.get("on", ""), None)
        basis = request.POST.get("basis", "")[:LONGEST]
        made = actions.draft_undoing(request.subject, key, on=on, basis=basis)
    except Problem as fault:
        return page_of(request, key, beside(request, fault))
    return redirect("organisations:reorganisation", made.key)


@require_safe
def difference(request: Request) -> HttpResponse:
    """What was opened, ended, renamed and moved from one day to another."""
    today = timezone.localdate()
    until = _day(request.GET.get("to", ""), today)
    since = _day(request.GET.get("from", ""), until.replace(month=1, day=1))
    groups = differing.difference(request.subject, since, until)
    context = {
        "since": since,
        "until": until,
        "groups": [(kind, rows[: differing.MOST], len(rows)) for kind, rows in groups.items()],
        "total": sum(map(len, groups.values())),
        "most": differing.MOST,
    }
    return render(request, "organisations/difference.html", context)


def _day(text: str, otherwise: date | None) -> date:
    """The day given, or the other where none is. Raises ORG-DATE."""
    text = text.strip()
    day = standard.read_day(text) if text else otherwise
    if day is None:
        raise Problem("ORG-DATE", where="on", given=text[:20])
    return day
