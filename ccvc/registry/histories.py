"""Pages of what the register held of a person: versions a page at a time, a field through time, two moments."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ccvc import standard
from ccvc.access.actions import record_look
from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.access.wording import language
from ccvc.dossiers import moments
from ccvc.dossiers.histories import PAGE, asked_for, told
from ccvc.dossiers.presentation import label_of
from ccvc.dossiers.selectors import Wanted
from ccvc.registry import purposes, selectors
from ccvc.registry.views import ask_for_purpose, national


@require_safe
@national
def history(request: Request, key: UUID) -> HttpResponse:
    """The accepted versions of a person, narrowed as asked; as the person, for a purpose said first."""
    require(request.subject, Right.REGISTER_READ)
    purpose = purposes.kept(request.session)
    if not purpose:
        return ask_for_purpose(request)
    wanted = asked_for(request)
    found = selectors.timeline(request.subject, key, wanted, request.GET.get("page"), PAGE)
    record_look(request.subject, [key], act="view", purpose=purpose, detail=request.get_full_path())
    context = {
        "told": found,
        "page": found.page,
        "wanted": wanted,
        "path_label": standard.label(wanted.path, language()) if wanted.path else "",
        "groups": [(group.name, label_of(group)) for group in found.groups],
        "narrowed": wanted != Wanted(),
        "here": request.path,
        "purpose": purpose,
        "may_prove": request.subject.may(Right.LEDGER_SEE),
    }
    return render(request, "registry/history.html", context)


@require_safe
@national
def difference(request: Request, key: UUID, form: str = "") -> HttpResponse:
    """A person at two pairs of moments side by side, as a page or as JSON."""
    require(request.subject, Right.REGISTER_READ)
    purpose = purposes.kept(request.session)
    if not purpose:
        return ask_for_purpose(request)
    one, other = moments.asked(request), moments.asked(request, suffix="2")
    found = selectors.compare(
        request.subject, key, (one.known_at, one.valid_on), (other.known_at, other.valid_on)
    )
    record_look(request.subject, [key], act="view", purpose=purpose, detail=request.get_full_path())
    if form == "json":
        return HttpResponse(told(key, found, one, other), content_type="application/json")
    context = {
        "found": found,
        "one": one,
        "other": other,
        "query": request.GET.urlencode(),
        "asked": one.past or other.past,
        "name": found.before.person.full_name,
        "purpose": purpose,
        "person_url": reverse("registry:person", args=[key]),
        "history_url": reverse("registry:history", args=[key]),
        "json_url": reverse("registry:difference_json", args=[key]),
    }
    return render(request, "registry/difference.html", context)
