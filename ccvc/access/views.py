"""Who looked at a dossier, and what one may do oneself."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ccvc.access import actions, selectors
from ccvc.access.domain import policy
from ccvc.access.http import Request
from ccvc.access.wording import role_name

INSPECTION = "Thanh tra, kiểm tra việc truy cập hồ sơ"


@require_safe
def my_looks(request: Request) -> HttpResponse:
    """Who looked at my dossier."""
    if request.subject.person_key is None:
        return render(request, "access/looks.html", {"looks": [], "no_dossier": True, "mine": True})
    return _looks(request, request.subject.person_key, mine=True)


@require_safe
def looks_at(request: Request, key: UUID) -> HttpResponse:
    """Who looked at a person, for an inspector; looking here is a look too."""
    if key == request.subject.person_key:
        return _looks(request, key, mine=True)
    response = _looks(request, key, mine=False)
    actions.record_look(request.subject, [key], "view", INSPECTION, "Nhật ký truy cập hồ sơ")
    return response


def _looks(request: Request, key: UUID, *, mine: bool) -> HttpResponse:
    own_looks = request.GET.get("own") == "1"
    before = _number(request.GET.get("before"))
    found = selectors.looks_at(
        request.subject, key, own_looks=own_looks, before=before, limit=selectors.PAGE + 1
    )
    more = found[selectors.PAGE - 1].id if len(found) > selectors.PAGE else None
    context = {"looks": found[: selectors.PAGE], "more": more, "own_looks": own_looks, "mine": mine}
    return render(request, "access/looks.html", context)


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise Http404
    return int(text)


@require_safe
def my_roles(request: Request) -> HttpResponse:
    """What I may do, by which decision, and what each role may do."""
    labels = policy().labels
    held = {role.name for role in request.subject.roles}
    roles = [
        {"role": role, "held": role.name in held, "rights": [labels[r] for r in labels if r in role.rights]}
        for role in policy().roles.values()
        if role.grantable
    ]
    grants = [(role_name(grant.role), grant) for grant in selectors.own_grants(request.subject)]
    entrusted = [
        (role_name(row.grant.role), row, state) for row, state in selectors.received(request.subject)
    ]
    return render(request, "access/roles.html", {"roles": roles, "grants": grants, "entrusted": entrusted})
