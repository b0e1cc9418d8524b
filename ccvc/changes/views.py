"""Pages of the changes room: inbox, one change, a batch, taking a step. Signing stands in `signing`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, Subject, require
from ccvc.access.http import Request
from ccvc.access.wording import language
from ccvc.changes import actions, selectors
from ccvc.changes.again import OVER, page_of
from ccvc.changes.bare import lacking
from ccvc.changes.domain import awaited
from ccvc.changes.models import PENDING, Change, Confirmation, State
from ccvc.changes.overseen import STEP_TEXT
from ccvc.changes.presentation import sent_back, way
from ccvc.changes.procedures import RIGHTS
from ccvc.changes.truth import said
from ccvc.evidence.presentation import shown as papers_shown
from ccvc.evidence.selectors import waivers_of
from ccvc.standard.problems import Problem

PAGE = 50
LONGEST_NOTE = 1000
HANDLING = "Xử lý đề nghị thay đổi"
FOLLOWING = "Theo dõi đề nghị thay đổi"
AHEAD = (State.PROPOSED, State.CHECKED)
BULK = ("check", "verify", "return")
DOING: dict[str, Callable[[Subject, Sequence[UUID], str], int]] = {
    "check": actions.check,
    "verify": actions.verify,
    "return": actions.send_back,
    "back": partial(actions.send_back, to="previous"),
    "withdraw": actions.withdraw,
}
MOST_NAMED = 10


@require_safe
def inbox(request: Request) -> HttpResponse:
    """What waits for this person, step by step."""
    steps = selectors.steps_open_to(request.subject)
    if not steps:
        require(request.subject, Right.CHANGE_CHECK)
    step = request.GET.get("step", "")
    step = step if step in steps else steps[0]
    counts = {name: selectors.inbox(request.subject, name).count() for name in steps}
    tabs = [{"key": s, "label": STEP_TEXT[s], "url": f"?step={s}", "count": counts[s]} for s in steps]
    waiting = selectors.waiting(request.subject, step)
    page = Paginator(waiting.singles, PAGE).get_page(request.GET.get("page"))
    record_look(request.subject, [c.person_key for c in page], act="list", purpose=HANDLING)
    context = {"waiting": waiting, "page": page, "tabs": tabs, "step": step}
    return render(request, "changes/inbox.html", context)


@require_safe
def mine(request: Request) -> HttpResponse:
    """Changes this person declared, or of their own dossier."""
    page = Paginator(selectors.mine(request.subject), PAGE).get_page(request.GET.get("page"))
    record_look(request.subject, sorted({c.person_key for c in page}), act="list", purpose=FOLLOWING)
    return render(request, "changes/mine.html", {"page": page})


@require_safe
def detail(request: Request, change_id: UUID) -> HttpResponse:
    """One change as a difference, with the steps taken and those open to this person."""
    change = selectors.change(request.subject, change_id)
    own = change.person_key == request.subject.person_key
    purpose = FOLLOWING if own else HANDLING
    record_look(request.subject, [change.person_key], act="view", purpose=purpose, detail=request.path)
    declared, steps = selectors.declared_by(request.subject, change), selectors.steps(change)
    seen = selectors.shown(request.subject, [change])[0]
    context = {
        "change": change,
        "shown": seen,
        "papers": papers_shown(seen.papers),
        "withheld": seen.papers_withheld,
        "lacking": lacking(request.subject, [change]).get(change.pk, []) if change.state in PENDING else [],
        "waivers": waivers_of(change.pk),
        "may_prove": bool(selectors.provable_for(request.subject, change)),
        "way": way(change, steps),
        "sent_back": sent_back(steps),
        "conflicts": selectors.conflicts(change) if change.state in PENDING else [],
        "asked": own and change.confirmation == Confirmation.ASKED and change.state in PENDING,
        "may_resend": change.state in OVER and selectors.may_resend(request.subject, change),
        "again_url": _again_url(change),
        "truth": said("truth")[0],
        "next_one": Change.objects.filter(follows=change).first(),
        "back_to": change.terms.before(awaited(change.state) or "check"),
        "onward": change.terms.after(awaited(change.state)) if change.state in AHEAD else "",
        "own": own,
        "open_step": _open_step(request, change),
        "may_withdraw": declared and change.state in PENDING,
        "may_open": change.dossier is not None,
    }
    return render(request, "changes/detail.html", context)


def _again_url(change: Change) -> str:
    """The page of declaring on which all of a change can be mended; "" where there is none."""
    parts = page_of(change)
    if change.dossier is None or not parts:
        return ""
    if len(parts) == 1:
        return reverse("changes:declare", args=[change.person_key, *parts])
    return reverse("changes:row", args=[change.person_key, *parts])


def _open_step(request: Request, change: Change) -> str:
    open_to = (
        step
        for step in selectors.steps_open_to(request.subject)
        if selectors.inbox(request.subject, step).filter(pk=change.pk).exists()
    )
    return next(open_to, "")


@require_safe
def batch(request: Request, batch_id: UUID) -> HttpResponse:
    """A batch: how far its changes have come, and the changes themselves."""
    found, changes = selectors.batch(request.subject, batch_id)
    page = Paginator(changes, PAGE).get_page(request.GET.get("page"))
    keys = [change.person_key for change in page]
    record_look(request.subject, keys, act="list", purpose=HANDLING, detail=found.title)
    steps = selectors.steps_open_to(request.subject)
    waiting = ((s, selectors.inbox(request.subject, s).filter(batch=found).count()) for s in steps)
    context = {
        "batch": found,
        "page": page,
        "counts": [(state.label, n) for state, n in selectors.counts(changes).items()],
        "open_steps": [(step, count) for step, count in waiting if count],
    }
    return render(request, "changes/batch.html", context)


@require_POST
def act(request: Request, step: str) -> HttpResponse:
    """Check, verify, return or withdraw: single changes, or every waiting change of a batch.

    Of many changes those on which the step cannot be taken are skipped and named.
    """
    chosen, note = _chosen(request, step), request.POST.get("note", "")[:LONGEST_NOTE]
    if step in BULK and len(chosen) > 1:
        done = actions.in_bulk(request.subject, step, chosen, note)
        count = done.done
        for change, problem in done.skipped[:MOST_NAMED]:
            messages.warning(request, f"{change.full_name}: {problem.message(language())}")
    else:
        count = DOING[step](request.subject, chosen, note)
    text = ngettext("Đã xử lý {n} đề nghị.", "Đã xử lý {n} đề nghị.", count)
    messages.success(request, text.format(n=count))
    return _back(request)


def _chosen(request: Request, step: str) -> list[UUID]:
    """The changes the form names; a batch names all of its own that wait for this person at this step."""
    if step in RIGHTS and (batch_id := request.POST.get("batch")):
        found, _ = selectors.batch(request.subject, uuid_of(batch_id))
        return list(selectors.inbox(request.subject, step).filter(batch=found).values_list("pk", flat=True))
    return [uuid_of(value) for value in request.POST.getlist("change")]


def uuid_of(text: str) -> UUID:
    """An id from a form; what is none names nothing: Problem CHG-UNKNOWN."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Problem("CHG-UNKNOWN") from error


def _back(request: Request) -> HttpResponseRedirect:
    """To the page the form names, if it is one of this node."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe else reverse("changes:inbox"))
