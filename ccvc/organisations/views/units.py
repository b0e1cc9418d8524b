"""The tree of units as of any day, and one unit with what came before and after it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ccvc import standard
from ccvc.access.http import Request
from ccvc.organisations import selectors
from ccvc.organisations.domain import KIND_LABELS, old_code
from ccvc.standard.problems import Problem


@require_safe
def tree(request: Request) -> HttpResponse:
    """The agencies by kind as of a day; what lies under each is fetched when it is opened."""
    on = _day(request)
    roots = selectors.branch(request.subject, None, on)
    groups = [(label, [node for node in roots if node.kind == kind]) for kind, label in KIND_LABELS.items()]
    context = {
        "on": on,
        "groups": [(label, nodes) for label, nodes in groups if nodes],
        "own": selectors.granted(request.subject, on),
        "count": len(roots),
    }
    return render(request, "organisations/tree.html", context)


@require_safe
def branch(request: Request) -> HttpResponse:
    """The units directly under one, as a fragment of the tree."""
    on = _day(request)
    nodes = selectors.branch(request.subject, _key(request), on)
    return render(request, "organisations/branch.html", {"nodes": nodes, "on": on})


@require_safe
def unit(request: Request, key: UUID) -> HttpResponse:
    """One unit as of a day: its names and places through time, what it followed and what followed it."""
    on = _day(request)
    sheet = selectors.sheet(request.subject, key, on)
    shown = sheet.state or sheet.history[0]
    context = {
        "sheet": sheet,
        "shown": shown,
        "old_code": old_code(shown.code),
        "kind": selectors.kind_label(sheet.unit.kind),
        "on": on,
    }
    return render(request, "organisations/unit.html", context)


def _day(request: Request) -> date:
    """The day asked for, today where none is. Raises ORG-DATE."""
    text = request.GET.get("on", "").strip()
    day = standard.read_day(text) if text else timezone.localdate()
    if day is None:
        raise Problem("ORG-DATE", where="on", given=text[:20])
    return day


def _key(request: Request) -> UUID:
    try:
        return UUID(request.GET.get("unit", ""))
    except ValueError as error:
        raise Problem("ORG-UNIT-UNKNOWN", where="unit") from error
