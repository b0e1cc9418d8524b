"""The published standard, in each of its versions: fields by group, code lists, changes, and files for programs.

All derived from `ccvc.standard`; `?version=` asks for an older version wherever that makes sense.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from ccvc import standard
from ccvc.access.public import public
from ccvc.catalogues import selectors as published
from ccvc.simulation.example import example
from ccvc.standard import Standard, publication
from ccvc.standard.places import suggest
from ccvc.standard.values import STATES
from ccvc.web import catalogue
from ccvc.web.formats import language

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PER_PAGE = 200


@public
@require_GET
def fields(request: HttpRequest) -> HttpResponse:
    """Every group, table and field, narrowed by `q`, `sensitivity`, `owner` and `national`."""
    wanted, declared = catalogue.Wanted.of(request.GET), _asked(request)
    groups = catalogue.groups(declared, wanted)
    context = {
        "standard": declared,
        "versions": list(standard.versions()),
        "wanted": wanted,
        "groups": groups,
        "count": sum(group.count for group in groups),
        "total": len(declared.fields),
        "owners": catalogue.OWNERS.items(),
        "today": timezone.localdate(),
    }
    return render(request, "web/standard.html", context)


@public
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """What changed between the versions of the standard, field by field."""
    return render(request, "web/standard_changes.html", {"steps": catalogue.steps()})


@public
@require_GET
def schema(request: HttpRequest) -> HttpResponse:
    """JSON Schema (2020-12) of a dossier; `?part=national` gives what the national node holds."""
    declared = _asked(request)
    chosen = declared.national if request.GET.get("part") == "national" else declared
    return _json(standard.json_schema(chosen), "application/schema+json; charset=utf-8")


@public
@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """The same as components of OpenAPI 3.1."""
    return _json(publication.openapi(_asked(request)), "application/json; charset=utf-8")


@public
@require_GET
def example_document(request: HttpRequest) -> HttpResponse:
    """A document of one synthetic person; `?part=national` gives its national part."""
    national = request.GET.get("part") == "national"
    return _json(example(_asked(request).version, national=national), "application/json; charset=utf-8")


@public
@require_GET
def dictionary(request: HttpRequest) -> HttpResponse:
    """The data dictionary as a workbook."""
    declared = _asked(request)
    steps = [step for step in catalogue.steps() if step.newer.version == declared.version]
    changed = [change for step in steps for change in step.changes]
    response = HttpResponse(publication.dictionary(declared, changed), content_type=WORKBOOK)
    response.headers["Content-Disposition"] = f'attachment; filename="ccvc-standard-{declared.version}.xlsx"'
    return response


def _asked(request: HttpRequest) -> Standard:
    """The version asked for, or the one in use."""
    version = request.GET.get("version")
    if not version:
        return standard.current()
    if version not in standard.versions():
        raise Http404
    return standard.of(version)


def _json(content: dict[str, Any], kind: str) -> HttpResponse:
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Type"] = kind
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
    page = Paginator(catalogue.codes(codes, query, on), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "codes": codes,
        "page": page,
        "rows": [catalogue.shown(codes, row) for row in page],
        "sets": published.history(name),
        "query": query,
        "on": on,
        "today": timezone.localdate(),
    }
    return render(request, "web/code_list.html", context)


@public
@require_GET
def code_list_file(_request: HttpRequest, name: str) -> HttpResponse:
    """One code list as a CSV file, whole: every meaning a code had or has."""
    codes = standard.current().codes.get(name)
    if codes is None:
        raise Http404
    response = HttpResponse(catalogue.as_csv(codes), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@public
@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Options for a place being typed, of whatever name the input has: units that fit, those of today first."""
    typed = next(iter(request.GET.values()), "")
    found = suggest(standard.current(), str(typed))
    words = [texts[language()] for texts in STATES.values()]
    return render(request, "web/place_options.html", {"found": found, "words": words})


def _day(text: str) -> date | None:
    return standard.read_day(text)
