"""Pages of a component: its months, the review of one, drawing up, signing, and what the national node answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from ccvc.access.actions import record_look
from ccvc.access.domain import Right
from ccvc.access.http import Request
from ccvc.access.middleware import beside, status_of
from ccvc.closings import actions, domain, presentation
from ccvc.closings.models import Decision, Outcome
from ccvc.closings.selectors import months, reviewing
from ccvc.closings.selectors.months import Month
from ccvc.insight.domain import threshold
from ccvc.insight.presentation import sheet_of
from ccvc.means.presentation import means_of, pending_of, reaching_signer, signature_of, signer_address
from ccvc.means.selectors import own_in_force
from ccvc.rules.closing import month_of
from ccvc.standard.problems import Problem

P = ParamSpec("P")
View = Callable[Concatenate[Request, P], HttpResponse]
PAGE = 50
LONGEST = 40
REVIEWING = "Rà soát dữ liệu trước khi chốt tháng"


def component(view: View[P]) -> View[P]:
    """The page exists on components alone."""

    @wraps(view)
    def only_there(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if settings.CCVC_KIND != "component":
            raise Http404
        return view(request, *args, **kwargs)

    return only_there


@require_safe
@component
def list_(request: Request) -> HttpResponse:
    """The months of the agency and where each stands."""
    found = months.own_months(request.subject)
    today = timezone.localdate()
    policy = months.policy_for(settings.CCVC_AGENCY, month_of(today))
    context = {
        "basis": presentation.basis(policy) if policy else "",
        "months": [(month, presentation.look(month.stage)) for month in found],
        "policy": policy,
        "agency": settings.CCVC_AGENCY,
        "may_decide": reviewing.covers(request.subject, Right.CLOSING_DECIDE),
        "modes": Decision.Mode.choices,
        "this": f"{month_of(today):%Y-%m}",
    }
    return render(request, "closings/list.html", context)


@require_safe
@component
def month(request: Request, month: str) -> HttpResponse:
    """One month: what changed, what waits, the figures drawn up, and what the national node answered."""
    return _month(request, month)


def _month(request: Request, text: str, problem: Problem | None = None) -> HttpResponse:
    subject, day = request.subject, domain.read_month(text)
    found = months.own_month(subject, day)
    review = reviewing.review(subject, day)
    context = {
        "problem": problem,
        "month": found,
        "text": text,
        "look": presentation.look(found.stage),
        "review": review,
        "kinds": list(presentation.KINDS.items()),
        "units": [(unit, presentation.kind_rows(unit)) for unit in review.units] if review else [],
        "unsettled": presentation.unsettled_rows(subject, review.unresolved) if review else [],
        "scores": presentation.quality_rows(review.quality) if review else [],
        "sheet": sheet_of(review.headcount.table, review.headcount.rows, threshold(timezone.localdate()))
        if review and review.headcount
        else None,
        "recounts": recounts_of(found, each=reviewing.covers(subject, Right.DOSSIER_LIST)),
        **_figures(request, found),
    }
    status = status_of(problem.code) if problem else 200
    return reaching_signer(render(request, "closings/month.html", context, status=status))


def recounts_of(found: Month, *, each: bool) -> list[presentation.RecountLine]:
    """Numbers that are others when made again, for who may list each person they count."""
    outcome = found.outcome
    return presentation.recount_lines(reviewing.recounts(outcome)) if each and outcome else []


def _figures(request: Request, found: Month) -> dict[str, Any]:
    """The figures drawn up or signed, and what may be done with them."""
    subject, prepared = request.subject, reviewing.prepared(found.month)
    shown = prepared or (found.closing.snapshot if found.closing else None)
    statement = reviewing.stated(shown) if shown else None
    return {
        "prepared": prepared,
        "means": own_in_force(subject),
        "signer": signer_address(),
        "snapshot": shown,
        "statement": statement,
        "categories": presentation.by_category(statement, each=subject.may(Right.DOSSIER_LIST))
        if statement
        else [],
        "overdue": presentation.overdue_lines(statement, each=subject.may(Right.DOSSIER_LIST))
        if statement
        else [],
        "fault": presentation.fault_of(statement) if statement else "",
        "stated_unsettled": sum(
            getattr(statement.unresolved, name) for name, *_rest in presentation.UNSETTLED[:5]
        )
        if statement
        else 0,
        "stated_scores": presentation.quality_rows(statement.quality) if statement else [],
        "may_sign": reviewing.covers(subject, Right.CLOSING_SIGN),
        "may_prepare": reviewing.covers(subject, Right.DOSSIER_LIST) and _may_be_closed(found),
        "late": found.window is not None and not domain.is_in_time(found.window, timezone.localdate()),
        "unbalanced": found.outcome is not None and reviewing.found_problem(found.outcome),
    }


def _may_be_closed(found: Month) -> bool:
    """Whether figures of the month may be drawn up today; why not is said by the act itself."""
    if found.window is None or timezone.localdate() < found.window.opens:
        return False
    return found.closing is None or found.problem is not None or timezone.localdate() <= found.window.closes


@require_safe
@component
def changes(request: Request, month: str) -> HttpResponse:
    """The changes approved in a month within reach, by kind and unit."""
    day = domain.read_month(month)
    kind, unit = (_asked(request, name) for name in ("kind", "unit"))
    found = reviewing.approved(request.subject, day, kind=kind, unit=unit)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    record_look(request.subject, [row.person_key for row in page], act="list", purpose=REVIEWING)
    context = {
        "page": page,
        "rows": [(row, presentation.kind_label(row.kind)) for row in page],
        "text": month,
        "month": day,
        "kind": kind,
        "unit": unit,
        "kinds": list(presentation.KINDS.items()),
    }
    return render(request, "closings/changes.html", context)


def _asked(request: Request, name: str) -> str:
    return "".join(c for c in request.GET.get(name, "")[:LONGEST] if c.isprintable())


@require_safe
@component
def differences(request: Request, month: str) -> HttpResponse:
    """Everyone on whom the last closing of a month and the national register do not agree, within reach."""
    found = months.own_month(request.subject, domain.read_month(month))
    if found.outcome is None:
        raise Problem("CLS-UNKNOWN", where="outcome")
    return difference_page(request, found, found.outcome)


def difference_page(request: Request, found: Month, outcome: Outcome, **more: Any) -> HttpResponse:
    """The differences of a comparison, page by page; everyone shown is recorded as seen."""
    page = Paginator(reviewing.differences(request.subject, outcome), PAGE).get_page(request.GET.get("page"))
    record_look(request.subject, [row.person for row in page], act="list", purpose=REVIEWING)
    context = {"page": page, "rows": reviewing.named(list(page)), "month": found, "outcome": outcome, **more}
    return render(request, "closings/differences.html", context)


@require_POST
@component
def prepare(request: Request, month: str) -> HttpResponse:
    """Draw the figures up; why a closing is late is part of them."""
    try:
        actions.prepare(request.subject, domain.read_month(month), request.POST.get("reason", ""))
    except Problem as problem:
        if problem.code == "ACC-DENIED":
            raise
        return _month(request, month, beside(request, problem))
    messages.success(request, _("Đã lập số liệu chốt. Người có thẩm quyền xem rồi ký."))
    return redirect("closings:month", month=month)


@sensitive_post_parameters("passphrase")
@require_POST
@component
def sign(request: Request, month: str) -> HttpResponse:
    """Sign the figures shown; a fault leaves everything as it was and says what to do."""
    try:
        passphrase, means = request.POST.get("passphrase", ""), means_of(request.POST.get("means", ""))
        actions.sign(request.subject, _snapshot(request), passphrase, means)
    except Problem as problem:
        if problem.code == "ACC-DENIED":
            raise
        return _month(request, month, beside(request, problem))
    messages.success(request, _("Đã ký chốt tháng. Gói được gửi ngay sau các thay đổi đã phê duyệt."))
    return redirect("closings:month", month=month)


@require_POST
@component
def begin(request: Request, month: str) -> JsonResponse:
    """What the officer's own machine is to sign for the month: the bytes, and the figures they stand for."""
    domain.read_month(month)
    session, means = request.session.session_key or "", means_of(request.POST.get("means", "")) or 0
    handed = actions.begin_locally(request.subject, session, _snapshot(request), means)
    figures = [{"statement": handed.statement, "name": ""}]
    return JsonResponse({"id": handed.pending.pk, "prepared": handed.pending.prepared, "changes": figures})


@require_POST
@component
def complete(request: Request, month: str) -> JsonResponse:
    """Close the month with what the officer's own machine signed; where to go then."""
    pending, signature = (
        pending_of(request.POST.get("id", "")),
        signature_of(request.POST.get("signature", "")),
    )
    actions.end_locally(request.subject, request.session.session_key or "", pending, signature)
    messages.success(request, _("Đã ký chốt tháng. Gói được gửi ngay sau các thay đổi đã phê duyệt."))
    return JsonResponse({"next": reverse("closings:month", args=[month])})


def _snapshot(request: Request) -> UUID:
    try:
        return UUID(request.POST.get("snapshot", ""))
    except ValueError:
        raise Problem("CLS-UNKNOWN", where="snapshot") from None
