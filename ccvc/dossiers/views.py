"""Pages of the dossiers room: one dossier, one version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ccvc.access.actions import record_look
from ccvc.access.domain import Right
from ccvc.access.http import Request
from ccvc.dossiers import moments, selectors
from ccvc.dossiers.histories import OWN
from ccvc.dossiers.listing import MANAGING
from ccvc.dossiers.papers import papers_of
from ccvc.dossiers.presentation import GroupShown, groups_of
from ccvc.signing.actions import examine
from ccvc.signing.presentation import shown


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
    times = moments.asked(request)
    seen = selectors.seen(request.subject, key, known_at=times.known_at, valid_on=times.valid_on)
    _record(request, seen)
    groups = groups_of(seen.document, seen.may_see, papers_of(request.subject, seen.dossier, times.known_at))
    context = {
        "seen": seen,
        "tabs": [_tab(request, group) for group in groups],
        "group": next((g for g in groups if g.name == request.GET.get("group")), groups[0]),
        "times": times,
        "history": reverse("dossiers:history", args=[key]),
        "past": times.past,
        "may_propose": not times.past and selectors.may_propose(request.subject, seen.dossier),
    }
    return render(request, "dossiers/detail.html", context)


def _tab(request: Request, group: GroupShown) -> dict[str, Any]:
    query = request.GET.copy()
    query["group"] = group.name
    count = "" if group.closed else group.filled
    return {"key": group.name, "label": group.short, "url": f"?{query.urlencode()}", "count": count}


@require_safe
def version(request: Request, key: UUID, number: int) -> HttpResponse:
    """One version as it was approved, with the proof of it."""
    row, seen = selectors.version(request.subject, key, number)
    _record(request, seen)
    context = {
        "version": row,
        "seen": seen,
        "may_prove": seen.own or request.subject.may(Right.LEDGER_SEE),
        "groups": groups_of(seen.document, seen.may_see),
        "hash": bytes(row.hash).hex(),
        "previous": bytes(row.previous).hex() if row.previous else "",
        "verdict": shown(examine(row.signature)),
    }
    return render(request, "dossiers/version.html", context)


def _record(request: Request, seen: selectors.Seen) -> None:
    purpose = OWN if seen.own else MANAGING
    record_look(request.subject, [seen.dossier.key], act="view", purpose=purpose, detail=request.path)
