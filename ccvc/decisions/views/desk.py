"""The list of decisions, one of them, and the acts that take it a step further or back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, Subject
from ccvc.access.http import Request
from ccvc.access.middleware import beside, status_of
from ccvc.changes.inputs import language
from ccvc.decisions import actions, grounds, newcomers, presentation, selectors
from ccvc.decisions.forms import PassingForm
from ccvc.decisions.kinds import kind, kinds
from ccvc.decisions.models import Decision, DecisionPerson, State
from ccvc.decisions.presentation import Shown, kind_label, standing, way
from ccvc.decisions.selectors import TO_SIGN
from ccvc.standard.problems import Problem

PAGE, PEOPLE = 30, 10
LONGEST_NOTE = 1000
AGAIN = "again"
LOOKING = "Quyết định nhân sự"
Act = Callable[[Subject, UUID, str], Decision]
ACTS: dict[str, Act] = {
    "submit": lambda subject, pk, _note: actions.submit(subject, pk),
    "return": actions.send_back,
    "take-back": actions.take_back,
    "discard": actions.discard,
}


@require_safe
def list_(request: Request) -> HttpResponse:
    """Decisions within reach: by state, kind, number, or somebody's name."""
    asked = {name: request.GET.get(name, "")[:60] for name in ("state", "kind", "q")}
    state = asked["state"] if asked["state"] in {*State.values, TO_SIGN} else ""
    chosen = asked["kind"] if asked["kind"] in kinds() else ""
    following = _key(request.GET.get("reorganisation", ""))
    found = selectors.decisions(
        request.subject, state=state, kind=chosen, words=asked["q"], following=following
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    waiting = selectors.to_sign(request.subject).count()
    states = [("", _("Tất cả")), *((s.value, s.label) for s in State)]
    if request.subject.may(Right.DECISION_SIGN):
        states.insert(1, (TO_SIGN, _("Chờ tôi ký ({n})").format(n=waiting)))
    named = selectors.whose(request.subject, list(page))
    record_look(request.subject, [key for key, _ in named.values()], act="list", purpose=LOOKING)
    counts = selectors.counts(request.subject, list(page))
    rows = [(row, kind_label(row), standing(row), _whose(row, named, counts)) for row in page]
    context = {
        "rows": rows,
        "page": page,
        "states": states,
        "state": state,
        "kinds": [(one.name, one.label(language())) for one in kinds().values()],
        "kind": chosen,
        "q": asked["q"],
        "following": following,
        "may_draft": request.subject.may(Right.DECISION_DRAFT),
    }
    return render(request, "decisions/list.html", context)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _whose(row: Decision, named: dict[UUID, tuple[UUID, str]], counts: dict[UUID, int]) -> str:
    """Of one person the name, of several how many, of those the subject may see."""
    count = counts.get(row.pk, 0)
    if row.pk in named:
        return named[row.pk][1]
    return _("{n} người").format(n=count) if count else ""


@require_safe
def mine(request: Request) -> HttpResponse:
    """Signed decisions about the person themself."""
    rows = [
        (row, kind_label(row), standing(row), "") for row in selectors.about_me(request.subject)[: PAGE * 3]
    ]
    return render(request, "decisions/mine.html", {"rows": rows})


@require_safe
def detail(request: Request, decision_id: UUID) -> HttpResponse:
    """One decision: its people, what it changes, every condition with its article, and what may be done."""
    return page_of(request, decision_id)


def page_of(
    request: Request, decision_id: UUID, problem: Problem | None = None, passing: PassingForm | None = None
) -> HttpResponse:
    """The page of a decision, with what kept an act from being done."""
    subject = request.subject
    row = selectors.decision(subject, decision_id)
    page = Paginator(selectors.people(subject, row), PEOPLE).get_page(request.GET.get("page"))
    record_look(subject, [one.person_key for one in page], act="view", purpose=LOOKING, detail=request.path)
    waiting = selectors.steps_waiting(subject, row)
    context = {
        "decision": row,
        "kind": kind(row.kind),
        "label": kind_label(row),
        "standing": standing(row),
        "laws": selectors.laws(subject, row),
        "page": page,
        "people": _people(subject, row, page),
        "way": way(row, waiting),
        "waiting": waiting,
        "struck": row.struck.order_by("at"),
        "amendments": row.amendments.exclude(state=State.DISCARDED),
        "problem": problem,
        "passing": passing or PassingForm(),
        "may": _may(subject, row, waiting),
    }
    status = status_of(problem.code) if problem else 200
    return render(request, "decisions/detail.html", context, status=status)


def _people(subject: Subject, row: Decision, page: Page[DecisionPerson]) -> list[Shown]:
    if row.state in {State.DRAFT, State.DISCARDED}:
        newcomers.record_faults(subject, page)
        return presentation.drafted(subject, row, grounds.work_out_some(row, list(page)))
    return presentation.submitted(subject, row, page)


def _may(subject: Subject, row: Decision, waiting: dict[str, int]) -> dict[str, bool]:
    """What this person may do with a decision as it stands."""
    draft, sent = row.state == State.DRAFT, row.state == State.SUBMITTED
    own = row.drafted_by_id is not None and row.drafted_by_id == subject.user_id
    drafts = selectors.may(subject, row, Right.DECISION_DRAFT)
    ready = sent and set(waiting) <= {"verified"}
    signs = ready and selectors.may(subject, row, Right.DECISION_SIGN)
    return {
        "draft": draft and drafts,
        "pass": draft and selectors.may(subject, row, Right.DECISION_PASS),
        "take_back": sent and own,
        "sign": signs,
        "paper": selectors.may_open_paper(subject, row),
        "return": signs,
        "amend": row.state == State.SIGNED and drafts and row.revoked_by is None and not row.about_id,
        "again": drafts and row.revoked_by is not None,
    }


@require_POST
def amend(request: Request, decision_id: UUID) -> HttpResponse:
    """Begin a decision that changes what this one says, revokes it, or says anew what a revoked one said."""
    asked, reason = request.POST.get("kind", "")[:40], request.POST.get("note", "")[:LONGEST_NOTE]
    try:
        if asked == AGAIN:
            row = actions.draft_again(request.subject, decision_id)
        else:
            row = actions.amend(request.subject, decision_id, asked, reason)
    except Problem as problem:
        if problem.code in {"DEC-UNKNOWN", "ACC-DENIED"}:
            raise
        return page_of(request, decision_id, beside(request, problem))
    return redirect("decisions:edit", decision_id=row.pk)


@require_POST
def act(request: Request, decision_id: UUID, step: str) -> HttpResponse:
    """Submit, return, take back or give up; what keeps it from being done is said on its page."""
    note = request.POST.get("note", "")[:LONGEST_NOTE]
    try:
        row = ACTS[step](request.subject, decision_id, note)
    except Problem as problem:
        if problem.code in {"DEC-UNKNOWN", "ACC-DENIED"}:
            raise
        return page_of(request, decision_id, beside(request, problem))
    done = {
        "submit": _("Đã trình: {row}.").format(row=row),
        "return": _("Đã trả lại người soạn."),
        "take-back": _("Đã lấy về dự thảo."),
        "discard": _("Đã bỏ dự thảo."),
    }
    messages.success(request, done[step])
    return redirect("decisions:detail", decision_id=row.pk)
