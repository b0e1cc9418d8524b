"""Pages of hand-overs, requests and the drawer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, denied, require
from ccvc.access.http import Request
from ccvc.access.middleware import beside, status_of
from ccvc.dossiers import selectors as dossiers
from ccvc.standard.problems import Problem
from ccvc.transfers import actions, presentation, selectors
from ccvc.transfers.actions.offering import may_offer
from ccvc.transfers.forms import AcceptForm, AskForm, OfferForm, ReasonForm, TwinForm
from ccvc.transfers.models import OPEN, State, Transfer, Twin

PAGE = 50
PURPOSE = "Chuyển, tiếp nhận hồ sơ giữa các cơ quan"
NAMES = {AcceptForm: "accept", TwinForm: "judge"}
BESIDE = "twin_%s"
"""Names of the fields of a form that stands beside another with the same fields."""
OWN = "Xem hồ sơ của chính mình"


@require_safe
def overview(request: Request) -> HttpResponse:
    """What goes out, what comes in, who is asked for; at the national node what passes through, without people."""
    if settings.CCVC_KIND == "national":
        return _passing(request)
    subject = request.subject
    if not (subject.may(Right.TRANSFER_OFFER) or subject.may(Right.TRANSFER_ACCEPT)):
        raise denied(Right.TRANSFER_OFFER)
    out, into = selectors.outgoing(subject), selectors.incoming(subject)
    side = "in" if request.GET.get("side") == "in" else "out"
    page = Paginator(into if side == "in" else out, PAGE).get_page(request.GET.get("page"))
    asked = [*selectors.asked_of_us(subject)[:PAGE], *selectors.asked_by_us(subject)[:PAGE]]
    record_look(
        subject, [row.person for row in page] + [row.person for row in asked if row.person], "list", PURPOSE
    )
    names = selectors.agency_names()
    context = {
        "side": side,
        "tabs": [
            {"key": "out", "label": _("Chuyển đi"), "url": "?side=out", "count": out.count()},
            {"key": "in", "label": _("Chuyển đến"), "url": "?side=in", "count": into.count()},
        ],
        "page": page,
        "rows": presentation.shown(page),
        "asked": [(one, names.get(one.asker, one.asker)) for one in asked],
        "may_ask": selectors.accepts(subject),
    }
    return render(request, "transfers/overview.html", context)


def _passing(request: Request) -> HttpResponse:
    rows = selectors.passing(request.subject)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "transfers/passing.html", {"page": page, "rows": presentation.shown(page)})


@require_safe
def handover(request: Request, transfer_id: UUID) -> HttpResponse:
    """One hand-over: its way, its receipt, and what can be done now."""
    return _handover(request, transfer_id)


def _handover(request: Request, transfer_id: UUID, **more: Any) -> HttpResponse:
    row = selectors.handover(request.subject, transfer_id)
    twins = selectors.twin_of(request.subject, row)
    _look(request, row.person, *([twins.own.key] if twins else []))
    mine = row.side == "giver" and may_offer(request.subject, row.person)
    theirs = row.side == "receiver" and selectors.accepts(request.subject)
    units = (
        [(str(one.unit_id), one.name) for one in selectors.taking_units(request.subject)] if theirs else []
    )
    context = {
        "one": presentation.shown([row])[0],
        "row": row,
        "way": presentation.steps_of(row),
        "hindrances": actions.hindrances(row.person) if row.state == State.PREPARED else [],
        "may_withdraw": mine and row.state in OPEN and row.state != State.WITHDRAWING,
        "may_accept": theirs and row.state == State.SEALED and not row.problem,
        "may_refuse": theirs and row.state in {State.OPENED, State.SEALED},
        "twins": twins,
        "may_judge": twins is not None and row.state == State.SEALED,
        "may_restore": twins is not None and twins.own.custody == "annulled" and row.opened_at is not None,
        "accept": AcceptForm(units),
        "judge": TwinForm(auto_id=BESIDE),
        "reason": ReasonForm(),
        **more,
    }
    problem = context.get("problem")
    status = status_of(problem.code) if problem else 200
    return render(request, "transfers/handover.html", context, status=status)


def _look(request: Request, *people: UUID) -> None:
    own = people == (request.subject.person_key,)
    record_look(request.subject, people, "view", OWN if own else PURPOSE, request.path)


def _done(
    request: Request, transfer_id: UUID, form: forms.Form, act: Callable[[], object], said: str
) -> HttpResponse:
    """Do what a form asks; what is in the way is shown beside it."""
    selectors.handover(request.subject, transfer_id)
    if not form.is_valid():
        name = NAMES.get(type(form), "reason")
        return _handover(request, transfer_id, **{name: form})
    try:
        act()
    except Problem as refusal:
        if refusal.code in {"TRF-NOT-FOUND", "DOS-UNKNOWN", "ACC-DENIED"}:
            raise
        return _handover(request, transfer_id, problem=beside(request, refusal))
    messages.success(request, said)
    return redirect("transfers:handover", transfer_id=transfer_id)


@require_POST
def withdraw(request: Request, transfer_id: UUID) -> HttpResponse:
    """Take an offer back."""
    form = ReasonForm(request.POST)
    return _done(
        request,
        transfer_id,
        form,
        lambda: actions.withdraw(request.subject, transfer_id, form.cleaned_data["reason"]),
        _("Đã hủy việc chuyển hồ sơ; nút quốc gia sẽ xác nhận."),
    )


@require_POST
def accept(request: Request, transfer_id: UUID) -> HttpResponse:
    """Take the dossier over."""
    units = [(str(one.unit_id), one.name) for one in selectors.taking_units(request.subject)]
    form = AcceptForm(units, request.POST)
    return _done(
        request,
        transfer_id,
        form,
        lambda: actions.accept(request.subject, transfer_id, int(form.cleaned_data["unit"])),
        _("Đã tiếp nhận; hồ sơ mở ra ở đây khi nút quốc gia đổi cơ quan quản lý."),
    )


@require_POST
def refuse(request: Request, transfer_id: UUID) -> HttpResponse:
    """Say no."""
    form = ReasonForm(request.POST)
    return _done(
        request,
        transfer_id,
        form,
        lambda: actions.refuse(request.subject, transfer_id, form.cleaned_data["reason"]),
        _("Đã từ chối; hồ sơ vẫn thuộc cơ quan chuyển."),
    )


@require_POST
def twin(request: Request, transfer_id: UUID) -> HttpResponse:
    """Say of the own dossier with the same number whose it is."""
    form = TwinForm(request.POST, auto_id=BESIDE)
    return _done(
        request,
        transfer_id,
        form,
        lambda: actions.judge_twin(
            request.subject, transfer_id, Twin(form.cleaned_data["twin_is"]), form.cleaned_data["reason"]
        ),
        _("Đã ghi kết luận về hồ sơ trùng số."),
    )


@require_POST
def restore(request: Request, transfer_id: UUID) -> HttpResponse:
    """Let the dossier that was annulled count again."""
    form = ReasonForm(request.POST)
    return _done(
        request,
        transfer_id,
        form,
        lambda: actions.restore_twin(request.subject, transfer_id, form.cleaned_data["reason"]),
        _("Đã khôi phục hồ sơ; cần đính chính số định danh cá nhân của hồ sơ ấy."),
    )


@require_POST
def entries(request: Request, transfer_id: UUID) -> HttpResponse:
    """Propose what only the annulled dossier says for the true one."""
    return _done(
        request,
        transfer_id,
        forms.Form(request.POST),
        lambda: actions.propose_entries(request.subject, transfer_id),
        _(
            "Đã đề nghị bổ sung các mục của hồ sơ đã hủy; thay đổi đi qua kiểm tra và phê duyệt như thường lệ."
        ),
    )


@require_safe
def person(request: Request, key: UUID) -> HttpResponse:
    """Where a dossier is, and every hand-over of it with its receipt: for the person, and for who manages it."""
    seen = dossiers.seen(request.subject, key)
    rows = selectors.handovers_of(request.subject, key)
    _look(request, key)
    gone = next((row for row in rows if row.state == State.SWITCHED), None)
    names = selectors.agency_names()
    at = gone.receiver if gone and seen.dossier.custody == "gone" else settings.CCVC_AGENCY
    context = {
        "seen": seen,
        "rows": presentation.shown(rows),
        "at": names.get(at, at),
        "here": at == settings.CCVC_AGENCY,
        "may_offer": may_offer(request.subject, key) and seen.dossier.custody == "here",
    }
    return render(request, "transfers/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: Request, key: UUID) -> HttpResponse:
    """Begin to hand a dossier over; what is in the way is said before."""
    found = dossiers.dossier(request.subject, key, right=Right.TRANSFER_OFFER)
    name = dossiers.seen(request.subject, key).name
    _look(request, key)
    choices = [(one.code, f"{one.name} ({one.code})") for one in selectors.receivers()]
    form = OfferForm(choices, request.POST if request.method == "POST" else None)
    problem, status = None, 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                made = actions.begin(request.subject, found.key, **form.cleaned_data)
            except Problem as refusal:
                problem, status = beside(request, refusal), status_of(refusal.code)
            else:
                messages.success(request, _("Đã bắt đầu chuyển hồ sơ."))
                return redirect("transfers:handover", transfer_id=made.pk)
    context = {"form": form, "problem": problem, "name": name, "key": key}
    return render(
        request,
        "transfers/offer.html",
        context | {"hindrances": actions.hindrances(key)},
        status=status,
    )


@require_safe
def drawer(request: Request) -> HttpResponse:
    """Dossiers handed over, and of people who serve no more: found by name or number, read as of any day."""
    if settings.CCVC_KIND == "national":
        raise Http404
    require(request.subject, Right.DOSSIER_LIST)
    text = request.GET.get("q", "").strip()[:100]
    page = Paginator(selectors.drawer(request.subject, text), PAGE).get_page(request.GET.get("page"))
    keys = [head.dossier.key for head in page]
    record_look(request.subject, keys, "search" if text else "list", PURPOSE, text)
    last: dict[UUID, Transfer] = {}
    for row in Transfer.objects.filter(person__in=keys, state=State.SWITCHED).order_by("ended_at"):
        last[row.person] = row
    names = selectors.agency_names()
    found = [(head, last.get(head.dossier.key)) for head in page]
    rows = [(head, row, names.get(row.receiver, row.receiver) if row else "") for head, row in found]
    return render(request, "transfers/drawer.html", {"page": page, "rows": rows, "q": text})


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Request) -> HttpResponse:
    """Ask for the dossier of a person another agency keeps."""
    require(request.subject, Right.TRANSFER_ACCEPT, settings.CCVC_AGENCY)
    initial = {"personal_id": request.GET.get("number", "")[:12]}
    form = AskForm(request.POST if request.method == "POST" else None, initial=initial)
    problem, status = None, 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                actions.ask(request.subject, **form.cleaned_data)
            except Problem as refusal:
                problem, status = beside(request, refusal), status_of(refusal.code)
            else:
                messages.success(request, _("Đã gửi đề nghị qua nút quốc gia."))
                return redirect("transfers:overview")
    return render(request, "transfers/ask.html", {"form": form, "problem": problem}, status=status)


@require_POST
def decline(request: Request, request_id: UUID) -> HttpResponse:
    """Say why a dossier is not handed over."""
    reason = request.POST.get("reason", "")
    actions.decline(request.subject, request_id, reason)
    messages.success(request, _("Đã trả lời cơ quan đề nghị."))
    return redirect("transfers:overview")
