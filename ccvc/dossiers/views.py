"""Pages of the dossiers room: list and search, one dossier, its history, one version."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ccvc import standard
from ccvc.access.actions import record_look
from ccvc.access.domain import Right, require
from ccvc.dossiers import selectors
from ccvc.dossiers.presentation import groups_of
from ccvc.standard.problems import Problem

PAGE = 50
FILTERS = ("unit_code", "category", "status", "highest_level")


@require_safe
def list_(request: HttpRequest) -> HttpResponse:
    """Dossiers within reach, filtered and searched; the page of people shown is recorded as one look."""
    subject = request.subject
    require(subject, Right.DOSSIER_LIST)
    equal = {name: request.GET.get(name, "") for name in FILTERS}
    q = request.GET.get("q", "")
    page = Paginator(selectors.search(subject, q, **equal), PAGE).get_page(request.GET.get("page"))
    keys = [head.dossier.key for head in page]
    act = "search" if q else "list"
    record_look(subject, keys, act=act, purpose=_("Quản lý hồ sơ trong phạm vi phụ trách"), detail=q)
    context = {"page": page, "q": q, "equal": equal, "choices": _choices(), "units": selectors.units(subject)}
    return render(request, "dossiers/list.html", context)


def _choices() -> dict[str, list[tuple[str, str]]]:
    codes = standard.current().codes
    lists = {"category": "categories", "status": "working_status", "highest_level": "education_levels"}
    today = timezone.localdate()
    return {name: [(c.code, c.label_vi) for c in codes[of].valid_on(today)] for name, of in lists.items()}


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The signed-in person's own dossier."""
    key = request.subject.person_key
    if key is None:
        return render(request, "dossiers/none.html")
    return redirect("dossiers:detail", key=key)


@require_safe
def detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """One dossier, group by group, as known at a moment and valid on a day."""
    subject = request.subject
    known_at, valid_on = _moment(request.GET.get("known", "")), _day(request.GET.get("valid", ""))
    seen = selectors.seen(subject, key, known_at=known_at, valid_on=valid_on)
    _record(request, key, own=seen.own)
    groups = groups_of(seen.document)
    shown = next((g for g in groups if g.name == request.GET.get("group")), groups[0])
    context = {
        "seen": seen,
        "groups": groups,
        "tabs": [_tab(request, g.name, g.label, g.filled) for g in groups],
        "group": shown,
        "name": _name(seen.document),
        "known": request.GET.get("known", ""),
        "valid": request.GET.get("valid", ""),
        "past": known_at is not None or valid_on is not None,
        "may_propose": seen.own or subject.may(Right.CHANGE_PROPOSE),
    }
    return render(request, "dossiers/detail.html", context)


def _tab(request: HttpRequest, name: str, label: str, filled: int) -> dict[str, Any]:
    query = request.GET.copy()
    query["group"] = name
    return {"key": name, "label": label, "url": f"?{query.urlencode()}", "count": filled}


@require_safe
def history(request: HttpRequest, key: UUID) -> HttpResponse:
    """Every version: who declared, checked, verified and signed what, and what changed."""
    lines = selectors.history(request.subject, key)
    seen = selectors.seen(request.subject, key)
    _record(request, key, own=seen.own)
    return render(request, "dossiers/history.html", {"seen": seen, "lines": lines, "name": _name(seen.document)})


@require_safe
def version(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """One version as it was approved, with the proof of it."""
    row, document = selectors.version(request.subject, key, number)
    own = selectors.is_own(request.subject, row.dossier)
    _record(request, key, own=own)
    context = {"version": row, "groups": groups_of(document), "name": _name(document), "hash": bytes(row.hash).hex()}
    return render(request, "dossiers/version.html", context)


def _record(request: HttpRequest, key: UUID, *, own: bool) -> None:
    purpose = _("Xem hồ sơ của chính mình") if own else _("Quản lý hồ sơ trong phạm vi phụ trách")
    record_look(request.subject, [key], act="view", purpose=purpose, detail=request.path)


def _name(document: dict[str, Any]) -> str:
    return str(document.get("identity", {}).get("full_name", ""))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Problem("DOS-DATE", where=text) from error


def _moment(text: str) -> datetime | None:
    """The end of a day in Vietnam: what was known on that day."""
    day = _day(text)
    return timezone.make_aware(datetime.combine(day, time.max)) if day else None
