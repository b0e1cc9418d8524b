"""Pages of the national node: how components stand, people, one person, conflicts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from ccvc import standard
from ccvc.access.actions import record_look
from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.dossiers import moments
from ccvc.dossiers.domain import COLUMN_PATHS
from ccvc.dossiers.presentation import GroupShown, groups_of
from ccvc.dossiers.selectors import Wanted
from ccvc.organisations.selectors import agencies
from ccvc.registry import purposes, selectors
from ccvc.registry.presentation import duration_words, masked

P = ParamSpec("P")
View = Callable[Concatenate[Request, P], HttpResponse]
PAGE = 50
SHOWN = 3
LONGEST_QUERY = 100
SEARCHING = "Tra cứu trong Cơ sở dữ liệu quốc gia"
SETTLING = "Xem các trường hợp một người do hai cơ quan cùng khai"


def national(view: View[P]) -> View[P]:
    """The page exists on the national node alone."""

    @wraps(view)
    def only_there(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if settings.CCVC_KIND != "national":
            raise Http404
        return view(request, *args, **kwargs)

    return only_there


@require_safe
@national
def components(request: Request) -> HttpResponse:
    """How every component stands with the register."""
    found = selectors.components(request.subject)
    rows = [(row, duration_words(row.lag) if row.lag is not None else "") for row in found.rows]
    return render(request, "registry/components.html", {"found": found, "rows": rows})


@require_safe
@national
def people(request: Request) -> HttpResponse:
    """People by name or number; whoever is shown is recorded as seen in a search."""
    subject = request.subject
    require(subject, Right.REGISTER_SEARCH)
    q = _asked(request, "q")
    filters = {name: _asked(request, name) for name in ("agency_code", "category", "sex")}
    times = moments.asked(request)
    if times.past:
        found = selectors.search_as_of(subject, q, times.moment(), **filters)
    else:
        found = selectors.search(subject, q, **filters)
    detail = " ".join(filter(None, (q, *times.query.values())))
    record_look(subject, [row.key for row in found.people], act="search", purpose=SEARCHING, detail=detail)
    names, managed = _agency_names(), selectors.managing_agencies(subject, Right.REGISTER_SEARCH)
    context = {
        "found": found,
        "rows": [(row, names.get(row.agency_code, row.agency_code)) for row in found.people],
        "q": q,
        "filters": filters,
        "agencies": [(code, names.get(code, code)) for code in managed],
        "choices": [
            (name, COLUMN_PATHS[name], filters[name], _choices(name)) for name in ("category", "sex")
        ],
        "most": selectors.MOST_SHOWN,
        "times": times,
        "moment": urlencode(times.query),
        "asked": bool(q),
    }
    return render(request, "registry/people.html", context)


def _asked(request: Request, name: str) -> str:
    """A parameter of the address as plain text."""
    return "".join(c for c in request.GET.get(name, "")[:LONGEST_QUERY] if c.isprintable())


def _agency_names() -> dict[str, str]:
    return {unit.code: unit.name for unit in agencies(timezone.localdate())}


def _choices(column: str) -> list[tuple[str, str]]:
    codes = standard.current().codes[standard.current().fields[COLUMN_PATHS[column]].code_list or ""]
    english = get_language() == "en"
    return [(c.code, c.label("en" if english else "vi")) for c in codes.on(timezone.localdate())]


@require_safe
@national
def person(request: Request, key: UUID) -> HttpResponse:
    """One person; asked for a purpose first, which is recorded with the look and shown to the person."""
    require(request.subject, Right.REGISTER_READ)
    purpose = purposes.kept(request.session)
    if not purpose:
        return ask_for_purpose(request)
    times = moments.asked(request)
    seen = selectors.person(request.subject, key, known_at=times.known_at, valid_on=times.valid_on)
    record_look(request.subject, [key], act="view", purpose=purpose, detail=request.path)
    groups = groups_of(seen.document, seen.may_see)
    context = {
        "seen": seen,
        "latest": selectors.timeline(request.subject, key, Wanted(), None, SHOWN).versions,
        "name": seen.person.full_name,
        "agency": _agency_names().get(seen.person.agency_code, seen.person.agency_code),
        "tabs": [_tab(request, group) for group in groups],
        "group": next((g for g in groups if g.name == request.GET.get("group")), groups[0]),
        "times": times,
        "purpose": purpose,
        "may_prove": request.subject.may(Right.LEDGER_SEE),
        "may_see_quality": selectors.reaches(request.subject, Right.QUALITY_SEE)(seen.person.agency_code),
    }
    return render(request, "registry/person.html", context)


def _tab(request: Request, group: GroupShown) -> dict[str, Any]:
    query = request.GET.copy()
    query["group"] = group.name
    count = "" if group.closed else group.filled
    return {"key": group.name, "label": group.short, "url": f"?{query.urlencode()}", "count": count}


def ask_for_purpose(request: Request) -> HttpResponse:
    """Lead to the page that asks what for, and back."""
    query = urlencode({"next": request.get_full_path()})
    return HttpResponseRedirect(f"{reverse('registry:purpose')}?{query}")


@require_http_methods(["GET", "HEAD", "POST"])
@national
def purpose(request: Request) -> HttpResponse:
    """Ask what for; the answer holds for half an hour, then one is asked again."""
    require(request.subject, Right.REGISTER_READ)
    onward = _onward(request)
    form = purposes.PurposeForm(request.POST or None)
    if form.is_valid():
        purposes.keep(request.session, form.words())
        return HttpResponseRedirect(onward)
    status = 422 if form.is_bound else 200
    return render(request, "registry/purpose.html", {"form": form, "onward": onward}, status=status)


def _onward(request: Request) -> str:
    """The page of this node to go on to."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if safe else reverse("registry:people")


@require_safe
@national
def conflicts(request: Request) -> HttpResponse:
    """Claims of two agencies on one person, not settled yet; numbers are shown to those who may search."""
    subject = request.subject
    page = Paginator(selectors.conflicts(subject), PAGE).get_page(request.GET.get("page"))
    may_read = selectors.reaches(subject, Right.REGISTER_READ)
    shown = [row.holder_person for row in page if may_read(row.holder)]
    record_look(subject, shown, act="list", purpose=SETTLING)
    names = _agency_names()
    rows = [
        {
            "found": row,
            "holder": names.get(row.holder, row.holder),
            "claimant": names.get(row.claimant, row.claimant),
            "may_read": may_read(row.holder),
            "masked": masked(row.personal_id),
        }
        for row in page
    ]
    return render(request, "registry/conflicts.html", {"page": page, "rows": rows})
