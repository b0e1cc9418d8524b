"""The published standard: fields by group, code lists, JSON Schema; all derived from `ccvc.standard`."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from ccvc import standard
from ccvc.access.public import public
from ccvc.web import catalogue


@public
@require_GET
def fields(request: HttpRequest) -> HttpResponse:
    """Every group, table and field, narrowed by `q`, `sensitivity`, `owner` and `national`."""
    wanted = catalogue.Wanted.of(request.GET)
    groups = catalogue.groups(standard.current(), wanted)
    context = {
        "standard": standard.current(),
        "wanted": wanted,
        "groups": groups,
        "count": sum(group.count for group in groups),
        "total": len(standard.current().fields),
        "owners": catalogue.OWNERS.items(),
        "today": timezone.localdate(),
    }
    return render(request, "web/standard.html", context)


@public
@require_GET
def schema(request: HttpRequest) -> HttpResponse:
    """JSON Schema (2020-12) of a dossier; `?part=national` gives what the national node holds."""
    chosen = standard.current().national if request.GET.get("part") == "national" else standard.current()
    response = JsonResponse(
        standard.json_schema(chosen), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response.headers["Content-Type"] = "application/schema+json; charset=utf-8"
    return response


@public
@require_GET
def code_lists(request: HttpRequest) -> HttpResponse:
    """Every code list with its size."""
    lists = catalogue.code_lists(standard.current())
    return render(request, "web/code_lists.html", {"standard": standard.current(), "lists": lists})


@public
@require_GET
def code_list(request: HttpRequest, name: str) -> HttpResponse:
    """One code list, narrowed by `q`, as it is or as it was on the day `on`."""
    codes = standard.current().codes.get(name)
    if codes is None:
        raise Http404
    on = _day(request.GET.get("on", ""))
    query = request.GET.get("q", "")
    context = {
        "codes": codes,
        "rows": catalogue.codes(codes, query, on),
        "query": query,
        "on": on,
        "today": timezone.localdate(),
    }
    return render(request, "web/code_list.html", context)


def _day(text: str) -> date | None:
    return standard.read_day(text)
