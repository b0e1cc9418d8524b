"""Pages on which documents are ordered: of one person, of many, and drafts to edit."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ccvc import standard
from ccvc.access.actions import record_look
from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.access.middleware import beside
from ccvc.documents import actions, catalogue, composing, domain, office, selectors
from ccvc.documents.catalogue import Form, Kind
from ccvc.documents.forms import OrderForm, language
from ccvc.documents.models import Document
from ccvc.documents.presentation import form_label, rows
from ccvc.documents.tasks import go_on
from ccvc.dossiers import selectors as dossiers
from ccvc.organisations.selectors import reach
from ccvc.standard.problems import Problem

OF_ONE: tuple[Kind, ...] = ("cv", "down", "confirmation")
OWN, DRAFTING = "Xem hồ sơ của chính mình để xuất văn bản", "Soạn thảo văn bản từ hồ sơ"
LOOKING = "Xuất văn bản từ hồ sơ"
UNPROCESSABLE = 422
FILTERS = ("category", "status")
LONGEST = 100
NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def _form_asked(request: Request, kinds: Sequence[Kind], category: str = "") -> Form:
    """The form the address names, else the one in force for this category of staff."""
    named = request.GET.get("form", "")
    found = catalogue.form(named) if named else catalogue.default(kinds[0], timezone.localdate(), category)
    if found.kind not in kinds:
        raise Problem("DOC-FORM-UNKNOWN", form=named[:40])
    return found


def _offered(kinds: Sequence[Kind]) -> list[Form]:
    return [form for kind in kinds for form in catalogue.offered(kind, timezone.localdate())]


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: Request, key: UUID) -> HttpResponse:
    """Documents of one person: those there are, and ordering another."""
    dossier = dossiers.dossier(request.subject, key, right=Right.DOCUMENT_ISSUE)
    seen = dossiers.seen(request.subject, key)
    category = str(seen.document.get("employment", {}).get("category", ""))
    form = _form_asked(request, OF_ONE, category)
    asked = OrderForm(form, selectors.signers([dossier.unit_id]), request.POST or None)
    made = _issued(request, asked, [key])
    if made is not None:
        return redirect("documents:detail", document_id=made.pk)
    record_look(request.subject, [key], act="view", purpose=OWN if seen.own else LOOKING, detail=request.path)
    listed, _keys = rows(request.subject, list(selectors.of_person(request.subject, key)[:LONGEST]))
    context = {
        "seen": seen,
        "form": asked,
        "chosen_form": form,
        "label": form_label(form),
        "forms": [(one, form_label(one)) for one in _offered(OF_ONE)],
        "rows": listed,
        "day": timezone.localdate(),
    }
    return render(
        request, "documents/person.html", context, status=UNPROCESSABLE if request.method == "POST" else 200
    )


def _issued(request: Request, asked: OrderForm, people: Sequence[UUID]) -> Document | None:
    """The document, if the order is sound; what is wrong is said beside its input."""
    if request.method != "POST" or not asked.is_valid():
        return None
    try:
        made = actions.issue(request.subject, asked.order(people))
    except Problem as problem:
        asked.refuse(beside(request, problem))
        return None
    messages.success(
        request, _("Đã xuất văn bản số {number}, chờ người có thẩm quyền ký.").format(number=made)
    )
    return made


@require_http_methods(["GET", "HEAD", "POST"])
def many(request: Request) -> HttpResponse:
    """Many people: one list of them all, or a document of each, made by the worker."""
    require(request.subject, Right.DOCUMENT_ISSUE)
    form = _form_asked(request, ("across", *OF_ONE))
    unit, equal = request.GET.get("unit", "")[:LONGEST], _narrowed(request)
    found = selectors.heads(request.subject, unit, equal)
    units = reach(request.subject, Right.DOCUMENT_ISSUE, timezone.localdate())
    asked = OrderForm(form, selectors.signers(list(units)), request.POST or None)
    answer = _ordered(request, asked, form, [key for key, _name in found])
    if answer is not None:
        return answer
    record_look(
        request.subject, [key for key, _name in found], act="list", purpose=LOOKING, detail=request.path
    )
    context = {
        "form": asked,
        "chosen_form": form,
        "label": form_label(form),
        "forms": [(one, form_label(one)) for one in _offered(("across", *OF_ONE))],
        "people": found,
        "unit": unit,
        "units": dossiers.units(request.subject),
        "choices": [(f"employment.{name}", name, equal[name], _codes(name)) for name in FILTERS],
        "runs": selectors.runs(request.subject)[:10],
        "query": request.GET.urlencode(),
        "day": timezone.localdate(),
    }
    return render(
        request, "documents/many.html", context, status=UNPROCESSABLE if request.method == "POST" else 200
    )


def _narrowed(request: Request) -> dict[str, str]:
    return {name: request.GET.get(name, "")[:LONGEST] for name in FILTERS}


def _codes(name: str) -> list[tuple[str, str]]:
    field = standard.current().fields[f"employment.{name}"]
    codes = standard.current().codes[field.code_list or ""]
    return [(code.code, code.label(language())) for code in codes.on(timezone.localdate())]


def _ordered(request: Request, asked: OrderForm, form: Form, people: list[UUID]) -> HttpResponse | None:
    if form.many:
        made = _issued(request, asked, people)
        return None if made is None else redirect("documents:detail", document_id=made.pk)
    if request.method != "POST" or not asked.is_valid():
        return None
    try:
        run = actions.start(request.subject, asked.order(people))
    except Problem as problem:
        asked.refuse(beside(request, problem))
        return None
    go_on.defer(run_id=str(run.pk))
    return redirect("documents:run", run_id=run.pk)


@require_safe
def draft(request: Request, key: UUID) -> HttpResponse:
    """The same form as a Word file to edit, which says that it has no legal value."""
    dossiers.dossier(request.subject, key, right=Right.DOCUMENT_ISSUE)
    form = _form_asked(request, OF_ONE)
    now, today = timezone.now(), timezone.localdate()
    chosen = catalogue.choices(form, request.GET.getlist("chosen"))
    drawn = composing.draw(request.subject, form, chosen, [key], now, today)
    own = key == request.subject.person_key
    record_look(request.subject, [key], act="export", purpose=OWN if own else DRAFTING, detail=request.path)
    content = office.word(form, drawn[0].document, chosen)
    return download(content, f"{form.name}.docx", office.WORD)


@require_safe
def many_draft(request: Request) -> HttpResponse:
    """The people chosen as a workbook to edit, which says that it has no legal value."""
    require(request.subject, Right.DOCUMENT_ISSUE)
    form = catalogue.default("across", timezone.localdate())
    found = selectors.heads(request.subject, request.GET.get("unit", "")[:LONGEST], _narrowed(request))
    if len(found) > domain.MOST_PEOPLE:
        raise Problem("DOC-PEOPLE", most=domain.MOST_PEOPLE)
    chosen = catalogue.choices(form, request.GET.getlist("chosen"))
    keys = [key for key, _name in found]
    drawn = composing.draw(request.subject, form, chosen, keys, timezone.now(), timezone.localdate())
    record_look(request.subject, keys, act="export", purpose=DRAFTING, detail=request.path)
    content = office.excel([one.document for one in drawn], chosen)
    return download(content, f"{form.name}.xlsx", office.EXCEL)


def download(content: bytes, name: str, media_type: str) -> HttpResponse:
    """A file to keep, never shown as a page of this node."""
    answer = HttpResponse(content, content_type=media_type, headers=NO_STORE)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
