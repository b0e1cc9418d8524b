"""Pages of what was: the timeline of a dossier, a field through time, and the difference between two moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ccvc import standard
from ccvc.access.actions import record_look
from ccvc.access.domain import Right, Subject
from ccvc.access.http import Request
from ccvc.dossiers import moments, selectors
from ccvc.dossiers.listing import MANAGING
from ccvc.dossiers.presentation import label_of
from ccvc.dossiers.selectors import HistoryLine, Timeline, Wanted
from ccvc.dossiers.selectors.comparing import S
from ccvc.standard.problems import Problem

PAGE = 20
LONGEST = 200
OWN = "Xem hồ sơ của chính mình"


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the timeline, and where each thing it changed can be corrected."""

    line: HistoryLine
    corrections: list[tuple[str, str]]


@require_safe
def history(request: Request, key: UUID) -> HttpResponse:
    """Every version: who declared, checked, verified and signed what, and what changed; narrowed as asked."""
    wanted = asked_for(request)
    found = selectors.timeline(request.subject, key, wanted, request.GET.get("page"), PAGE)
    _record(request.subject, found.dossier.key, request.get_full_path(), own=found.own)
    may_propose = selectors.may_propose(request.subject, found.dossier)
    context = {
        "told": found,
        "may_prove": found.own or request.subject.may(Right.LEDGER_SEE),
        "page": found.page,
        "events": [Event(line, _corrections(found, line) if may_propose else []) for line in found.lines],
        "wanted": wanted,
        "path_label": _label(wanted.path) if wanted.path else "",
        "groups": [(group.name, label_of(group)) for group in found.groups],
        "narrowed": wanted != Wanted(),
        "here": request.path,
    }
    return render(request, "dossiers/history.html", context)


def asked_for(request: Request) -> Wanted:
    """Which versions an address asks for; Problem DOS-DATE."""
    path, group, who = (request.GET.get(name, "").strip()[:LONGEST] for name in ("path", "group", "who"))
    return Wanted(path, group, who, _day(request, "since"), _day(request, "until"))


def _day(request: Request, name: str) -> Any:
    text = request.GET.get(name, "").strip()[:LONGEST]
    day = standard.read_day(text) if text else None
    if text and day is None:
        raise Problem("DOS-DATE", where=text)
    return day


def _corrections(told: Timeline, line: HistoryLine) -> list[tuple[str, str]]:
    """The form to correct each field or row this version gave, with its label."""
    found: dict[str, str] = {}
    for difference in line.differences:
        place, label = _form_of(told.dossier.key, difference.path), _label(difference.path)
        if place and difference.new is not None:
            found.setdefault(f"{place}?{urlencode({'corrects': line.number})}", label)
    return [(label, url) for url, label in found.items()]


def _label(path: str) -> str:
    return standard.label(path, "en" if get_language() == "en" else "vi")


def _form_of(key: UUID, path: str) -> str:
    """The address of the form that declares a path; of a row, the row's."""
    member, bracket, rest = path.partition("[")
    group, _, table = member.partition(".")
    row = rest.partition("]")[0]
    if not bracket:
        return reverse("changes:declare", args=[key, group]) if table else ""
    return reverse("changes:row", args=[key, group, table, row]) if row else ""


@require_safe
def difference(request: Request, key: UUID, form: str = "") -> HttpResponse:
    """The dossier at two pairs of moments side by side, as a page or as JSON."""
    one, other = moments.asked(request), moments.asked(request, suffix="2")
    found = selectors.compare(
        request.subject, key, (one.known_at, one.valid_on), (other.known_at, other.valid_on)
    )
    _record(request.subject, key, request.get_full_path(), own=found.before.own)
    if form == "json":
        return HttpResponse(told(key, found, one, other), content_type="application/json")
    context = {
        "found": found,
        "seen": selectors.seen(request.subject, key),
        "one": one,
        "other": other,
        "query": request.GET.urlencode(),
        "asked": one.past or other.past,
    }
    return render(request, "dossiers/difference.html", context)


def told(key: UUID, found: selectors.Comparison[S], one: moments.Asked, other: moments.Asked) -> bytes:
    """The comparison as canonical JSON."""
    words = {
        "person": str(key),
        "before": moments.exact(one.moment()),
        "after": moments.exact(other.moment()),
        "differences": _rows(found.differences),
        "given_up": _rows(found.given_up),
    }
    return orjson.dumps(words, option=orjson.OPT_SORT_KEYS)


def _rows(differences: list[standard.Difference]) -> list[dict[str, Any]]:
    return [
        {"path": d.path, "label": standard.label(d.path), "old": d.old, "new": d.new} for d in differences
    ]


def _record(subject: Subject, key: UUID, detail: str, *, own: bool) -> None:
    record_look(subject, [key], act="view", purpose=OWN if own else MANAGING, detail=detail)
