"""Beginning a decision, filling its form, naming people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.access.middleware import beside, status_of
from ccvc.changes.inputs import language, state_words
from ccvc.decisions import actions, domain, presentation, selectors
from ccvc.decisions.actions import Terms
from ccvc.decisions.amending import meant_by
from ccvc.decisions.forms import CellsForm, TermsForm, units_of
from ccvc.decisions.kinds import Kind, kind
from ccvc.decisions.models import Decision, DecisionPerson, State
from ccvc.standard import read_day
from ccvc.standard.problems import Problem

METHODS = ["GET", "HEAD", "POST"]
PAGE = 20
DRAFTING = "Soạn quyết định nhân sự"
TERMS = ("unit_code", "title", "effective_on", "authority", "proposed_by", "grounds")


@require_http_methods(METHODS)
def new(request: Request) -> HttpResponse:
    """Choose a kind and people, say when it holds and who decides; what other pages send is taken up."""
    require(request.subject, Right.DECISION_DRAFT)
    given = request.POST if request.method == "POST" else request.GET
    name = given.get("kind", "")[:40]
    if not name:
        return render(request, "decisions/kinds.html", {"groups": presentation.offered()})
    meant, chosen = kind(name), _keys(given.getlist("person"))
    if len(chosen) > domain.MOST_PEOPLE:
        raise Problem("DEC-PEOPLE", where="people", most=domain.MOST_PEOPLE, got=len(chosen))
    creating = request.method == "POST" and "create" in request.POST
    form = TermsForm(
        units_of(request.subject, Right.DECISION_DRAFT),
        request.POST if creating else None,
        initial=_beginning(meant, given),
    )
    problem = None
    if creating and form.is_valid():
        try:
            row = actions.draft(request.subject, meant.name, chosen, form.terms({}))
        except Problem as refusal:
            problem = beside(request, refusal)
        else:
            return redirect("decisions:edit", decision_id=row.pk)
    return _new_page(request, meant, chosen, form, problem)


def _beginning(meant: Kind, given: Any) -> dict[str, Any]:
    today = timezone.localdate()
    asked = read_day(given.get("effective_on", "")) if given.get("effective_on") else None
    kept = {name: given[name] for name in TERMS if given.get(name)}
    return {"title": meant.title, **kept, "effective_on": asked or today}


def _new_page(
    request: Request, meant: Kind, chosen: list[UUID], form: TermsForm, problem: Problem | None
) -> HttpResponse:
    words = (request.GET.get("q") or request.POST.get("q") or "")[:100]
    named, found = (
        selectors.named(request.subject, chosen),
        selectors.found(request.subject, words, chosen),
    )
    shown = [head.dossier.key for head in (*named, *found)]
    if shown:
        record_look(request.subject, shown, act="list", purpose=DRAFTING)
    context = {
        "kind": meant,
        "label": meant.label(language()),
        "form": form,
        "named": named,
        "found": found,
        "q": words,
        "problem": problem,
    }
    bad = 422 if form.is_bound else 200
    return render(request, "decisions/new.html", context, status=status_of(problem.code) if problem else bad)


def _keys(given: Iterable[str]) -> list[UUID]:
    """Keys a form names, each once; Problem DOS-UNKNOWN for what is none."""
    try:
        return list(dict.fromkeys(UUID(one) for one in given))
    except ValueError as error:
        raise Problem("DOS-UNKNOWN") from error


@require_http_methods(METHODS)
def edit(request: Request, decision_id: UUID) -> HttpResponse:
    """The form of a draft: what it says of itself, what it asks once, and of each person, page by page."""
    subject = request.subject
    row = selectors.decision(subject, decision_id)
    if not selectors.may(subject, row, Right.DECISION_DRAFT):
        raise Problem("DEC-REACH")
    domain.require_state(row, State.DRAFT)
    page = Paginator(selectors.people(subject, row), PAGE).get_page(request.GET.get("page"))
    data = request.POST if request.method == "POST" else None
    form = TermsForm(units_of(subject, Right.DECISION_DRAFT), data, initial=_initial(row))
    meant = meant_by(row)
    once = CellsForm(meant.of_each(each=False), row.cells, data, prefix="once")
    every = CellsForm(meant.of_each(each=True), {}, data, prefix="all", partly=True)
    each = [(one, _cells_form(meant, one, data)) for one in page]
    problem = None
    if data is not None and all(
        [form.is_valid(), once.is_valid(), every.is_valid(), *(f.is_valid() for _, f in each)]
    ):
        try:
            _save(request, row, form.terms(once.values()), each, every.values())
        except Problem as refusal:
            problem = beside(request, refusal)
        else:
            messages.success(request, _("Đã lưu dự thảo."))
            further = page.has_next() and "next" in data
            onward = f"{reverse('decisions:edit', args=[row.pk])}?page={page.number + 1}" if further else ""
            return redirect(onward or reverse("decisions:detail", args=[row.pk]))
    record_look(subject, [one.person_key for one in page], act="view", purpose=DRAFTING, detail=request.path)
    words = request.GET.get("q", "")[:100]
    context = {
        "decision": row,
        "label": presentation.kind_label(row),
        "form": form,
        "once": once,
        "every": every if page.paginator.count > 1 else None,
        "each": each,
        "page": page,
        "problem": problem,
        "units": units_of(subject, Right.ORGANISATION_SEE),
        "words": state_words(),
        "q": words,
        "found": selectors.found(subject, words, list(row.people.values_list("person_key", flat=True))),
    }
    status = status_of(problem.code) if problem else 422 if form.is_bound else 200
    return render(request, "decisions/edit.html", context, status=status)


def _initial(row: Decision) -> dict[str, Any]:
    signer = {"signer": row.signer.username} if row.signer else {}
    return {name: getattr(row, name) for name in TERMS} | signer


def _cells_form(meant: Kind, one: DecisionPerson, data: Any) -> CellsForm:
    return CellsForm(meant.of_each(each=True), one.cells, data, prefix=f"p{one.pk}")


def _save(
    request: Request,
    row: Decision,
    terms: Terms,
    each: list[tuple[DecisionPerson, CellsForm]],
    every: dict[str, Any],
) -> None:
    """Keep the form: what is said for everybody goes to everybody, whatever page they stand on."""
    cells = {one.person_key: {**form.values(), **every} for one, form in each}
    if every:
        others = row.people.exclude(person_key__in=cells).values_list("person_key", flat=True)
        cells |= dict.fromkeys(others, every)
    actions.fill(request.subject, row.pk, terms, cells)


@require_POST
def people(request: Request, decision_id: UUID) -> HttpResponse:
    """Name more people in a draft, or take some out."""
    keys = _keys(request.POST.getlist("person"))
    if "remove" in request.POST:
        count = actions.remove_people(request.subject, decision_id, keys)
        messages.success(request, _("Đã bỏ {n} người khỏi quyết định.").format(n=count))
    else:
        count = actions.add_people(request.subject, decision_id, keys)
        messages.success(request, _("Đã thêm {n} người.").format(n=count))
    return redirect("decisions:edit", decision_id=decision_id)
