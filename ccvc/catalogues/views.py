"""Pages of code lists that live: what was published and whom it affects; publishing, at the national node."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.catalogues import actions, reading, selectors
from ccvc.catalogues.forms import PublishForm
from ccvc.standard.problems import Problem

PAGE = 20


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
            context["problem"] = problem
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
