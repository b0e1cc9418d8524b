"""Beginning a decision, filling its form, naming people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
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
from ccvc.decisions import actions, domain, newcomers, presentation, selectors
from ccvc.decisions.amending import meant_by
from ccvc.decisions.forms import CellsForm, TermsForm, units_of
from ccvc.decisions.kinds import Kind, kind
from ccvc.decisions.models import Decision, DecisionPerson, State
from ccvc.standard import read_day
from ccvc.standard.problems import Problem

METHODS = ["GET", "HEAD", "POST"]
PAGE = 20
LONGEST_LIST = 400_000
"""Letters of a pasted list: as many lines as a decision holds people."""
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


@dataclass
class Forms:
    """The forms of a draft: of the decision, of what is asked once, of everybody, of each person of the page."""

    terms: TermsForm
    once: CellsForm
    every: CellsForm
    each: list[tuple[DecisionPerson, CellsForm]]

    @classmethod
    def of(cls, request: Request, row: Decision, page: Iterable[DecisionPerson], data: Any) -> Forms:
        """Filled with what stands, or with what was typed."""
        meant = meant_by(row)
        return cls(
            TermsForm(units_of(request.subject, Right.DECISION_DRAFT), data, initial=_initial(row)),
            CellsForm(meant.of_each(each=False), row.cells, data, prefix="once"),
            CellsForm(meant.of_each(each=True), {}, data, prefix="all", partly=True),
            [(one, _cells_form(meant, one, data)) for one in page],
        )

    def valid(self) -> bool:
        """Whether all of them can be kept; every one is asked, so that each says what is wrong."""
        cells = [self.once, self.every, *(form for _, form in self.each)]
        return all([self.terms.is_valid(), *(form.is_valid() for form in cells)])


@require_http_methods(METHODS)
def edit(request: Request, decision_id: UUID) -> HttpResponse:
    """The form of a draft: what it says of itself, what it asks once, and of each person, page by page."""
    row, page = _open(request, decision_id)
    data = request.POST if request.method == "POST" else None
    forms, problem = Forms.of(request, row, page, data), None
    if data is not None and forms.valid():
        try:
            _save(request, row, forms)
        except Problem as refusal:
            problem = beside(request, refusal)
        else:
            messages.success(request, _("Đã lưu dự thảo."))
            further = page.has_next() and "next" in data
            onward = f"{reverse('decisions:edit', args=[row.pk])}?page={page.number + 1}" if further else ""
            return redirect(onward or reverse("decisions:detail", args=[row.pk]))
    return _edit_page(request, row, page, forms, problem)


def _open(request: Request, decision_id: UUID) -> tuple[Decision, Page[DecisionPerson]]:
    """A draft the subject may write, and the people of the page; Problem DEC-UNKNOWN, DEC-REACH, DEC-STATE."""
    row = selectors.decision(request.subject, decision_id)
    if not selectors.may(request.subject, row, Right.DECISION_DRAFT):
        raise Problem("DEC-REACH")
    domain.require_state(row, State.DRAFT)
    return row, Paginator(selectors.people(request.subject, row), PAGE).get_page(request.GET.get("page"))


def _edit_page(
    request: Request,
    row: Decision,
    page: Page[DecisionPerson],
    forms: Forms,
    problem: Problem | None,
    typed: str = "",
) -> HttpResponse:
    subject = request.subject
    record_look(subject, [one.person_key for one in page], act="view", purpose=DRAFTING, detail=request.path)
    words = request.GET.get("q", "")[:100]
    context = {
        "decision": row,
        "label": presentation.kind_label(row),
        "form": forms.terms,
        "once": forms.once,
        "every": forms.every if page.paginator.count > 1 else None,
        "each": forms.each,
        "page": page,
        "problem": problem,
        "opens": meant_by(row).opens and not row.about_id,
        "typed": typed,
        "units": units_of(subject, Right.ORGANISATION_SEE),
        "words": state_words(),
        "q": words,
        "found": selectors.found(subject, words, list(row.people.values_list("person_key", flat=True))),
    }
    status = status_of(problem.code) if problem else 422 if forms.terms.is_bound else 200
    return render(request, "decisions/edit.html", context, status=status)


def _initial(row: Decision) -> dict[str, Any]:
    signer = {"signer": row.signer.username} if row.signer else {}
    return {name: getattr(row, name) for name in TERMS} | signer


def _cells_form(meant: Kind, one: DecisionPerson, data: Any) -> CellsForm:
    return CellsForm(meant.of_each(each=True), one.cells, data, prefix=f"p{one.pk}")


def _save(request: Request, row: Decision, forms: Forms) -> None:
    """Keep the form: what is said for everybody goes to everybody, whatever page they stand on."""
    every = forms.every.values()
    cells = {one.person_key: {**form.values(), **every} for one, form in forms.each}
    if every:
        others = row.people.exclude(person_key__in=cells).values_list("person_key", flat=True)
        cells |= dict.fromkeys(others, every)
    actions.fill(request.subject, row.pk, forms.terms.terms(forms.once.values()), cells)


@require_POST
def people(request: Request, decision_id: UUID) -> HttpResponse:
    """Name more people in a draft, those without a dossier among them, or take some out."""
    if "newcomers" in request.POST:
        return _newcomers(request, decision_id)
    keys = _keys(request.POST.getlist("person"))
    if "remove" in request.POST:
        count = actions.remove_people(request.subject, decision_id, keys)
        messages.success(request, _("Đã bỏ {n} người khỏi quyết định.").format(n=count))
    else:
        count = actions.add_people(request.subject, decision_id, keys)
        messages.success(request, _("Đã thêm {n} người.").format(n=count))
    return redirect("decisions:edit", decision_id=decision_id)


def _newcomers(request: Request, decision_id: UUID) -> HttpResponse:
    """Name people without a dossier, one a line; a refusal stands beside what was typed."""
    typed = request.POST["newcomers"][:LONGEST_LIST]
    try:
        count = actions.add_newcomers(request.subject, decision_id, newcomers.read(typed))
    except Problem as refusal:
        problem = beside(request, refusal)
        row, page = _open(request, decision_id)
        return _edit_page(request, row, page, Forms.of(request, row, page, None), problem, typed)
    messages.success(request, _("Đã thêm {n} người.").format(n=count))
    return redirect("decisions:edit", decision_id=decision_id)
