"""Pages of the dossiers room: list and search, one dossier, its history, one version."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ccvc import standard
from ccvc.access.actions import record_look
from ccvc.access.domain import Right, require, visible_fields
from ccvc.access.http import Request
from ccvc.dossiers import selectors
from ccvc.dossiers.domain import COLUMN_PATHS
from ccvc.dossiers.models import Head
from ccvc.dossiers.papers import papers_of
from ccvc.dossiers.presentation import GroupShown, Line, groups_of
from ccvc.standard.problems import Problem

PAGE = 50
LONGEST_QUERY = 100
COLUMNS = ("birth_date", "unit_name", "position_title", "rank", "salary_coefficient")
FILTERS = ("category", "status", "highest_level")
CODED = (
    "sex",
    "ethnic_group",
    "religion",
    "position",
    "rank",
    "salary_group",
    "political_theory",
    "it_level",
)
"""Further columns the address may ask for, as pages that count people by a code do."""
MANAGING = "Quản lý hồ sơ trong phạm vi phụ trách"
OWN = "Xem hồ sơ của chính mình"


@require_safe
def list_(request: Request) -> HttpResponse:
    """Dossiers within reach, filtered and searched; the people of the page are recorded as one look."""
    subject = request.subject
    require(subject, Right.DOSSIER_LIST)
    may_see = visible_fields(subject, own=False)
    columns = [name for name in COLUMNS if may_see(_field(name))]
    asked = [name for name in CODED if name not in FILTERS and request.GET.get(name)]
    filters = [name for name in (*FILTERS, *asked) if may_see(_field(name))]
    equal, unit = {name: _asked(request, name) for name in filters}, _asked(request, "unit")
    q = _asked(request, "q")
    page = Paginator(selectors.search(subject, q, unit=unit, **equal), PAGE).get_page(request.GET.get("page"))
    keys = [head.dossier.key for head in page]
    record_look(subject, keys, act="search" if q else "list", purpose=MANAGING, detail=q)
    context = {
        "page": page,
        "rows": [(head, [_cell(head, name) for name in columns]) for head in page],
        "columns": [COLUMN_PATHS[name] for name in columns],
        "q": q,
        "choices": [(COLUMN_PATHS[name], name, equal[name], _choices(name, equal[name])) for name in filters],
        "unit": unit,
        "units": selectors.units(subject),
        "narrowed": bool(q or unit or any(equal.values())),
    }
    return render(request, "dossiers/list.html", context)


def _asked(request: Request, name: str) -> str:
    """A parameter of the address as plain text."""
    return "".join(c for c in request.GET.get(name, "")[:LONGEST_QUERY] if c.isprintable())


def _field(column: str) -> standard.Field:
    return standard.current().fields[COLUMN_PATHS[column]]


def _cell(head: Head, column: str) -> Line:
    """A typed column as the document writes it."""
    value = getattr(head, column)
    return Line(COLUMN_PATHS[column], str(value) if isinstance(value, Decimal) else value)


def _choices(column: str, chosen: str) -> list[tuple[str, str]]:
    """Codes of the day with their labels, and the chosen one where it is closed."""
    codes = standard.current().codes[_field(column).code_list or ""]
    english = get_language() == "en"
    found = {c.code: c.label("en" if english else "vi") for c in codes.on(timezone.localdate())}
    if chosen in codes:
        found.setdefault(chosen, codes.label(chosen, "en" if english else "vi"))
    return [*found.items()]


@require_safe
def mine(request: Request) -> HttpResponse:
    """The signed-in person's own dossier."""
    key = request.subject.person_key
    if key is None:
        return render(request, "dossiers/none.html")
    return redirect("dossiers:detail", key=key)


@require_safe
def detail(request: Request, key: UUID) -> HttpResponse:
    """One dossier, group by group, as known at a moment and valid on a day."""
    known_on, valid_on = _day(request.GET.get("known", "")), _day(request.GET.get("valid", ""))
    known_at = _end_of(known_on)
    seen = selectors.seen(request.subject, key, known_at=known_at, valid_on=valid_on)
    _record(request, seen)
    groups = groups_of(seen.document, seen.may_see, papers_of(request.subject, seen.dossier, known_at))
    past = known_at is not None or valid_on is not None
    context = {
        "seen": seen,
        "tabs": [_tab(request, group) for group in groups],
        "group": next((g for g in groups if g.name == request.GET.get("group")), groups[0]),
        "known": known_on,
        "valid": valid_on,
        "past": past,
        "may_propose": not past and selectors.may_propose(request.subject, seen.dossier),
    }
    return render(request, "dossiers/detail.html", context)


def _tab(request: Request, group: GroupShown) -> dict[str, Any]:
    query = request.GET.copy()
    query["group"] = group.name
    count = "" if group.closed else group.filled
    return {"key": group.name, "label": group.short, "url": f"?{query.urlencode()}", "count": count}


@require_safe
def history(request: Request, key: UUID) -> HttpResponse:
    """Every version: who declared, checked, verified and signed what, and what changed."""
    lines = selectors.history(request.subject, key)
    seen = selectors.seen(request.subject, key)
    _record(request, seen)
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    return render(request, "dossiers/history.html", {"seen": seen, "page": page})


@require_safe
def version(request: Request, key: UUID, number: int) -> HttpResponse:
    """One version as it was approved, with the proof of it."""
    row, seen = selectors.version(request.subject, key, number)
    _record(request, seen)
    context = {
        "version": row,
        "seen": seen,
        "groups": groups_of(seen.document, seen.may_see),
        "hash": bytes(row.hash).hex(),
        "previous": bytes(row.previous).hex() if row.previous else "",
    }
    return render(request, "dossiers/version.html", context)


def _record(request: Request, seen: selectors.Seen) -> None:
    purpose = OWN if seen.own else MANAGING
    record_look(request.subject, [seen.dossier.key], act="view", purpose=purpose, detail=request.path)


def _day(text: str) -> date | None:
    day = standard.read_day(text) if text else None
    if text and day is None:
        raise Problem("DOS-DATE", where=text[:LONGEST_QUERY])
    return day


def _end_of(day: date | None) -> datetime | None:
    """The end of a day in Vietnam: what was known on that day."""
    return timezone.make_aware(datetime.combine(day, time.max)) if day else None
