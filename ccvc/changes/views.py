"""Pages of the changes room: inbox, one change, a batch, signing, declaring."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, require
from ccvc.changes import actions, selectors
from ccvc.changes.domain import MOST_IN_ONE_SIGNATURE
from ccvc.changes.models import Change, State
from ccvc.standard.problems import Problem

PAGE = 50
STEP_TEXT = {
    "check": gettext_lazy("Chờ kiểm tra"),
    "verify": gettext_lazy("Chờ thẩm định"),
    "approve": gettext_lazy("Chờ phê duyệt"),
}


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for this person, step by step."""
    steps = selectors.steps_open_to(request.subject)
    if not steps:
        raise Problem("ACC-DENIED", right=_("Xử lý đề nghị thay đổi"))
    step = request.GET.get("step", steps[0])
    if step not in steps:
        step = steps[0]
    found = {name: selectors.waiting(request.subject, name) for name in steps}
    tabs = [
        {"key": s, "label": STEP_TEXT[s], "url": f"?step={s}", "count": found[s].count} for s in steps
    ]
    record_look(request.subject, [c.person_key for c in found[step].singles], act="list", purpose=str(STEP_TEXT[step]))
    return render(request, "changes/inbox.html", {"waiting": found[step], "tabs": tabs, "step": step})


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Changes this person declared, or of their own dossier."""
    page = Paginator(selectors.mine(request.subject), PAGE).get_page(request.GET.get("page"))
    return render(request, "changes/mine.html", {"page": page})


@require_safe
def detail(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """One change as a difference, with the steps taken and those open to this person."""
    change = selectors.change(request.subject, change_id)
    differences, hidden = selectors.differences(request.subject, change)
    record_look(request.subject, [change.person_key], act="view", purpose=_("Xử lý đề nghị thay đổi"), detail=request.path)
    context = {
        "change": change,
        "differences": differences,
        "hidden": hidden,
        "steps": selectors.steps(change),
        "open_step": _open_step(request, change),
        "may_withdraw": _may_withdraw(request, change),
    }
    return render(request, "changes/detail.html", context)


def _open_step(request: HttpRequest, change: Change) -> str | None:
    for step in selectors.steps_open_to(request.subject):
        if selectors.inbox(request.subject, step).filter(pk=change.pk).exists():
            return step
    return None


def _may_withdraw(request: HttpRequest, change: Change) -> bool:
    declared = change.steps.filter(step="declare", user_id=request.subject.user_id).exists()
    return declared and change.state in {State.PROPOSED, State.CHECKED, State.VERIFIED}


@require_safe
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """A batch: how far its changes have come, and the changes themselves."""
    found = selectors.batch(request.subject, batch_id)
    page = Paginator(selectors.in_batch(found), PAGE).get_page(request.GET.get("page"))
    record_look(request.subject, [c.person_key for c in page], act="list", purpose=_("Xử lý lô thay đổi"), detail=found.title)
    steps = selectors.steps_open_to(request.subject)
    open_steps = {s: selectors.inbox(request.subject, s).filter(batch=found).count() for s in steps}
    counts = [(State(s).label, n, s) for s, n in selectors.counts(found).items()]
    context = {"batch": found, "page": page, "counts": counts, "open_steps": {s: n for s, n in open_steps.items() if n}}
    return render(request, "changes/batch.html", context)


@require_POST
def act(request: HttpRequest, step: str) -> HttpResponse:
    """Check, verify, return or withdraw: single changes, or every waiting change of a batch."""
    ids = _chosen(request, step)
    note = request.POST.get("note", "")
    doing = {"check": actions.check, "verify": actions.verify, "return": actions.send_back, "withdraw": actions.withdraw}
    count = doing[step](request.subject, ids, note)
    messages.success(request, ngettext("Đã xử lý {n} thay đổi.", "Đã xử lý {n} thay đổi.", count).format(n=count))
    return redirect(request.POST.get("next") or "changes:inbox")


def _chosen(request: HttpRequest, step: str) -> list[UUID]:
    """The changes named by the form; a batch names all that wait for this person at this step."""
    batch_id = request.POST.get("batch")
    if batch_id:
        found = selectors.batch(request.subject, UUID(batch_id))
        return list(selectors.inbox(request.subject, step).filter(batch=found).values_list("pk", flat=True))
    return [UUID(value) for value in request.POST.getlist("change")]


@require_GET
def approve(request: HttpRequest) -> HttpResponse:
    """What one signature would approve: everything ready, or one batch, or one change."""
    require(request.subject, Right.CHANGE_APPROVE)
    changes = _to_sign(request)
    context: dict[str, Any] = {"changes": changes, "most": MOST_IN_ONE_SIGNATURE}
    if changes:
        prepared = actions.prepare(request.subject, [c.pk for c in changes])
        shown = prepared.changes[:PAGE]
        record_look(request.subject, [c.person_key for c in prepared.changes], act="list", purpose=_("Phê duyệt, ký số"))
        lines = [(c, *selectors.differences(request.subject, c)) for c in shown]
        context |= {"prepared": prepared, "lines": lines, "more": len(prepared.changes) - len(shown)}
    return render(request, "changes/approve.html", context)


def _to_sign(request: HttpRequest) -> list[Change]:
    if request.GET.get("change"):
        return [selectors.change(request.subject, UUID(request.GET["change"]))]
    ready = selectors.ready_to_sign(request.subject, MOST_IN_ONE_SIGNATURE)
    batch_id = request.GET.get("batch")
    return [c for c in ready if not batch_id or str(c.batch_id) == batch_id]


@require_POST
def sign(request: HttpRequest) -> HttpResponse:
    """Sign and commit what was shown; a fault leaves everything as it was and says what to do."""
    ids = [UUID(value) for value in request.POST.get("changes", "").split()]
    try:
        done = actions.approve(request.subject, ids, request.POST.get("passphrase", ""), request.POST.get("root", ""))
    except Problem as problem:
        return render(request, "changes/not_signed.html", {"problem": problem}, status=409)
    count = len(done.versions)
    messages.success(request, ngettext("Đã ký và ghi {n} hồ sơ.", "Đã ký và ghi {n} hồ sơ.", count).format(n=count))
    return redirect("changes:inbox")
