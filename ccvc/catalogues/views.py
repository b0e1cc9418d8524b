"""Pages of code lists that live: what was published and whom it affects; publishing, at the national node; what an
agency means by values of its own.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ccvc import standard
from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.access.middleware import beside
from ccvc.catalogues import actions, reading, selectors
from ccvc.catalogues.forms import MeaningForm, PublishForm
from ccvc.standard.problems import Problem

PAGE = 20
LONGEST = 500
STEPS = {"confirm": actions.confirm_meaning, "withdraw": actions.withdraw_meaning}


@require_safe
def published(request: Request) -> HttpResponse:
    """What was published, the newest first; on a component also which closed codes its dossiers still hold."""
    page = Paginator(selectors.change_sets(), PAGE).get_page(request.GET.get("page"))
    counts = settings.CCVC_KIND == "component" and request.subject.may(Right.DOSSIER_LIST)
    context = {
        "page": page,
        "sets": selectors.shown(list(page)),
        "counts": counts,
        "effects": selectors.effects(request.subject) if counts else [],
        "may_follow": settings.CCVC_KIND == "national" and request.subject.may(Right.EXCHANGE_SEE),
        "may_publish": settings.CCVC_KIND == "national" and request.subject.may(Right.CATALOGUE_PUBLISH),
    }
    return render(request, "catalogues/published.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: Request) -> HttpResponse:
    """Look at what rows would change in a list, then publish exactly that."""
    require(request.subject, Right.CATALOGUE_PUBLISH)
    if settings.CCVC_KIND != "national":
        raise Http404
    form = PublishForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            if done := _answered(request, form, context):
                return done
        except Problem as problem:
            context["problem"] = beside(request, problem)
    status = 422 if form.is_bound and "preview" not in context else 200
    return render(request, "catalogues/publish.html", context, status=status)


def _answered(request: Request, form: PublishForm, context: dict[str, Any]) -> HttpResponse | None:
    """Publish what was seen; else put the preview into the context, with the rows as text that can be edited."""
    given, rows = form.cleaned_data, form.rows()
    asked = {"list_name": given["list_name"], "rows": rows, "basis": given["basis"]}
    if given["seen"] and "publish" in request.POST:
        kept = actions.publish(request.subject, seen=given["seen"], **asked)
        messages.success(request, _("Đã công bố đợt {number}.").format(number=kept.number))
        return redirect("web:code_list", name=kept.list_name)
    preview = selectors.preview(request.subject, **asked)
    again = {**given, "text": reading.written(rows), "seen": preview.digest}
    context.update(preview=preview, form=PublishForm(initial=again))
    return None


@require_safe
def meanings(request: Request) -> HttpResponse:
    """Values agencies write in their own way, and the codes they mean; what waits to be confirmed stands first."""
    subject = request.subject
    if not subject.may(Right.MEANING_CONFIRM):
        require(subject, Right.INTAKE_RUN)
    page = Paginator(selectors.meanings(subject), PAGE).get_page(request.GET.get("page"))
    lists = standard.current().codes
    rows = [(one, lists.get(one.list_name), codes_label(one.list_name, one.code)) for one in page]
    may_confirm = subject.may(Right.MEANING_CONFIRM)
    context = {"page": page, "rows": rows, "may_confirm": may_confirm, "user_id": subject.user_id}
    return render(request, "catalogues/meanings.html", context)


def codes_label(list_name: str, code: str) -> str:
    """What a code is called in the language of the page."""
    codes = standard.current().codes.get(list_name)
    return codes.label(code, "en" if get_language() == "en" else "vi") if codes else ""


@require_http_methods(["GET", "HEAD", "POST"])
def meaning(request: Request) -> HttpResponse:
    """Say which code is meant by a value that a file holds and a list does not know."""
    require(request.subject, Right.INTAKE_RUN)
    asked = {
        name: text[:LONGEST] for name, text in (request.POST or request.GET).items() if isinstance(text, str)
    }
    names = {"list": "list_name", "unit": "unit_code"}
    initial = {names.get(name, name): text for name, text in asked.items()}
    form = MeaningForm(initial.get("list_name", ""), request.POST or None, initial=initial)
    context: dict[str, Any] = {"form": form, "codes": selectors.meaning_codes(initial.get("list_name", ""))}
    if form.is_valid():
        try:
            actions.propose_meaning(request.subject, **form.cleaned_data)
        except Problem as problem:
            context["problem"] = beside(request, problem)
        else:
            messages.success(request, _("Đã khai báo, chờ người khác xác nhận."))
            return redirect("catalogues:meanings")
    return render(request, "catalogues/meaning.html", context, status=422 if form.is_bound else 200)


@require_POST
def decide(request: Request) -> HttpResponse:
    """Confirm a meaning, or take it back."""
    chosen, step = request.POST.get("meaning", ""), STEPS.get(request.POST.get("step", ""))
    if step is None or not chosen.isdecimal() or len(chosen) > len(str(2**62)):
        raise Problem("CAT-NOT-FOUND")
    step(request.subject, int(chosen))
    return redirect("catalogues:meanings")
