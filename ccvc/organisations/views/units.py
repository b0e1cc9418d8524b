"""The tree of units as of any day and as known by another, and one unit with what came before and after it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ccvc.access.http import Request
from ccvc.organisations import selectors, times
from ccvc.organisations.domain import KIND_LABELS, old_code
from ccvc.standard.problems import Problem


@require_safe
def tree(request: Request) -> HttpResponse:
    """The agencies by kind as of a day; what lies under each is fetched when it is opened."""
    when = times.asked(request)
    roots = selectors.branch(request.subject, None, when.on, when.known)
    groups = [(label, [node for node in roots if node.kind == kind]) for kind, label in KIND_LABELS.items()]
    context = {
        "times": when,
        "groups": [(label, nodes) for label, nodes in groups if nodes],
        "own": selectors.granted(request.subject, when.on, when.known),
        "count": len(roots),
    }
    return render(request, "organisations/tree.html", context)


@require_safe
def branch(request: Request) -> HttpResponse:
    """The units directly under one, as a fragment of the tree."""
    when = times.asked(request)
    nodes = selectors.branch(request.subject, _key(request), when.on, when.known)
    return render(request, "organisations/branch.html", {"nodes": nodes, "times": when})


@require_safe
def unit(request: Request, key: UUID) -> HttpResponse:
    """One unit as of a day: its names and places through time, what it followed and what followed it."""
    when = times.asked(request)
    sheet = selectors.sheet(request.subject, key, when.on, when.known)
    shown = sheet.state or sheet.history[0]
    context = {
        "sheet": sheet,
        "shown": shown,
        "old_code": old_code(shown.code),
        "kind": selectors.kind_label(sheet.unit.kind),
        "times": when,
    }
    return render(request, "organisations/unit.html", context)


def _key(request: Request) -> UUID:
    try:
        return UUID(request.GET.get("unit", ""))
    except ValueError as error:
        raise Problem("ORG-UNIT-UNKNOWN", where="unit") from error
