"""Pages of the candidates room: choosing criteria, what was found, comparing, saved definitions."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ccvc.access.actions import record_look
from ccvc.access.domain import Right
from ccvc.access.http import Request
from ccvc.access.middleware import beside, status_of
from ccvc.candidates import actions, forms, positions, presentation, selectors, sources, tasks
from ccvc.candidates.domain import MOST_LINES, Definition, gathered, spread
from ccvc.candidates.models import LONGEST_NAME, Search
from ccvc.candidates.selectors.comparing import MOST as MOST_COMPARED
from ccvc.candidates.workbook import workbook
from ccvc.organisations.selectors import agencies
from ccvc.registry import purposes
from ccvc.standard.problems import Problem

PAGE = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ANSWERS = ("", "yes", "cannot_tell", "no")


@require_safe
def home(request: Request) -> HttpResponse:
    """One's searches, and definitions of one's own and of others."""
    subject = request.subject
    recent = list(selectors.recent(subject)[: selectors.RECENT])
    context = {
        "searches": [(row, _in_words(row.asked)) for row in recent],
        "saved": [(row, _in_words(row.asked)) for row in selectors.saved_of(subject)[:100]],
        "shared": [(row, _in_words(row.asked)) for row in selectors.shared(subject)[:100]],
    }
    return render(request, "candidates/home.html", context)


def _in_words(asked: Definition) -> str:
    return "; ".join(text for text, _must in presentation.sentences(asked.lines))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Choose criteria line by line, then search or save; works without scripts."""
    one = sources.seeker(request.subject)
    posted = request.POST
    act = posted.get("act", "") if request.method == "POST" else ""
    asked = forms.definition(posted) if request.method == "POST" else _begun(request)
    purpose = forms.PurposeForm(posted if act == "seek" else None, initial=posted.dict())
    problem, status = None, 200
    try:
        if act == "seek" and purpose.is_valid():
            return _sought(request, asked, purpose.words())
        if act == "save":
            kept = actions.save(request.subject, posted.get("name", ""), asked)
            messages.success(request, _("Đã lưu bộ tiêu chí “{name}”.").format(name=kept.name))
            return redirect("candidates:saved", saved_id=kept.pk)
    except Problem as refusal:
        problem, status = beside(request, refusal), status_of(refusal.code)
    if purpose.is_bound and not purpose.is_valid():
        status = 422
    asked = _changed(asked, act, posted.get("subject", ""))
    may_see = sources.may_ask(one)
    readable = [part for part in spread(asked.lines) if forms.fresh(part[0].subject) is not None]
    context = {
        "lines": presentation.lines_shown(readable),
        "full": len(readable) >= MOST_LINES,
        "subjects": presentation.subjects(may_see),
        "asked": asked,
        "places": sources.places(one),
        "positions": positions.choices(one, timezone.localdate()) if not readable else [],
        "purpose": purpose,
        "problem": problem,
        "name": posted.get("name", ""),
        "longest_name": LONGEST_NAME,
    }
    return render(request, "candidates/new.html", context, status=status)


def _begun(request: Request) -> Definition:
    """What the form begins with: a job position, a saved definition or an earlier search."""
    if position := request.GET.get("position", ""):
        one = sources.seeker(request.subject)
        return positions.of_position(one, position, timezone.localdate())
    return selectors.definition(request.subject, _uuid(request, "saved"), _uuid(request, "search"))


def _uuid(request: Request, name: str) -> UUID | None:
    text = request.GET.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Problem("CAN-UNKNOWN") from None


def _changed(asked: Definition, act: str, subject: str) -> Definition:
    """The definition with a line added or taken away."""
    lines = spread(asked.lines)
    if act == "add" and len(lines) < MOST_LINES and (made := forms.fresh(subject)):
        lines.append((made, False))
    place = act.removeprefix("remove-")
    if act != place and place.isascii() and place.isdigit() and int(place) < len(lines):
        del lines[int(place)]
    return msgspec.structs.replace(asked, lines=gathered(lines))


def _sought(request: Request, asked: Definition, purpose: str) -> HttpResponse:
    search = actions.seek(request.subject, asked, purpose)
    if search.ended_at is None:
        tasks.enqueue(search.pk)
    if sources.is_national():
        purposes.keep(request.session, purpose)
    return redirect("candidates:results", search_id=search.pk)


@require_safe
def results(request: Request, search_id: UUID) -> HttpResponse:
    """What a search found, a page at a time; renews itself while the search goes on."""
    row = selectors.search(request.subject, search_id)
    answer = request.GET.get("answer", "")
    answer = answer if answer in ANSWERS else ""
    page = selectors.found(request.subject, row, answer, request.GET.get("page"), PAGE)
    _record(request, row, [one.person.key for one in page], "search")
    names = _agency_names()
    context = {
        "search": row,
        "waiting": row.ended_at is None,
        "sentences": presentation.sentences(row.asked.lines),
        "unit": sources.places(sources.seeker(request.subject)).get(row.asked.unit, row.asked.unit),
        "failing": row.failing + row.passed_over,
        "page": page,
        "people": [presentation.person(one, names) for one in page],
        "tabs": _tabs(row),
        "answer": answer or "all",
        "most": MOST_COMPARED,
        "listed": row.results.count(),
        "may_draft": not sources.is_national() and request.subject.may(Right.DECISION_DRAFT),
        "detail": "registry:person" if sources.is_national() else "dossiers:detail",
    }
    return render(request, "candidates/results.html", context)


def _tabs(row: Search) -> list[dict[str, object]]:
    counted = {answer: row.results.filter(answer=answer).count() for answer in ANSWERS[1:]}
    labels: dict[str, str] = {"": _("Tất cả")}
    labels |= {answer: str(words) for answer, words in presentation.ANSWERS.items()}
    return [
        {
            "key": answer or "all",
            "label": label,
            "url": f"?{urlencode({'answer': answer})}" if answer else "?",
            "count": counted.get(answer, sum(counted.values())),
        }
        for answer, label in labels.items()
    ]


def _agency_names() -> dict[str, str]:
    return {unit.code: unit.name for unit in agencies(timezone.localdate())}


def _record(request: Request, row: Search, keys: list[UUID], act: str) -> None:
    record_look(request.subject, keys, act=act, purpose=row.purpose, detail=request.get_full_path()[:1000])


@require_safe
def compare(request: Request, search_id: UUID) -> HttpResponse:
    """Up to five people of a search side by side."""
    row = selectors.search(request.subject, search_id)
    chosen = [key for key in map(_key, request.GET.getlist("person")[: MOST_COMPARED + 1]) if key]
    found = selectors.compare(request.subject, row, chosen)
    _record(request, row, [one.person.key for one in found.people], "view")
    names = _agency_names()
    people = [presentation.person(one, names) for one in found.people]
    context = {
        "search": row,
        "people": people,
        "criteria": [
            (text, [one.in_order[place] for one in people])
            for place, (text, _must) in enumerate(presentation.sentences(row.asked.lines))
        ],
        "fields": found.fields,
        "tables": found.tables,
        "detail": "registry:person" if sources.is_national() else "dossiers:detail",
    }
    return render(request, "candidates/compare.html", context)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_safe
def file(request: Request, search_id: UUID) -> HttpResponse:
    """Everyone a search lists, with criteria and reasons, as a workbook."""
    row = selectors.search(request.subject, search_id)
    found = selectors.whole(request.subject, row)
    _record(request, row, [one.person.key for one in found], "export")
    names = _agency_names()
    content = workbook(row, [presentation.person(one, names) for one in found])
    response = HttpResponse(content, content_type=XLSX)
    name = f"nguoi-dap-ung-{timezone.localtime(row.started_at):%Y%m%d-%H%M}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def saved(request: Request, saved_id: UUID) -> HttpResponse:
    """A saved definition: what it asks, whom it is shared with; its owner shares it and takes it away."""
    problem, status = None, 200
    row = selectors.saved(request.subject, saved_id)
    if request.method == "POST":
        try:
            return _act(request, saved_id)
        except Problem as refusal:
            problem, status = beside(request, refusal), status_of(refusal.code)
    context = {
        "saved": row,
        "own": row.owner_id == request.subject.user_id,
        "sentences": presentation.sentences(row.asked.lines),
        "shares": row.shares.select_related("account").order_by("account__full_name"),
        "problem": problem,
    }
    return render(request, "candidates/saved.html", context, status=status)


def _act(request: Request, saved_id: UUID) -> HttpResponse:
    act, account = request.POST.get("act", ""), request.POST.get("account", "")
    if act == "remove":
        actions.remove(request.subject, saved_id)
        messages.success(request, _("Đã xoá bộ tiêu chí."))
        return redirect("candidates:home")
    if act == "unshare":
        actions.unshare(request.subject, saved_id, account)
        messages.success(request, _("Đã thôi chia sẻ."))
    else:
        actions.share(request.subject, saved_id, account)
        messages.success(request, _("Đã chia sẻ. Người nhận chỉ thấy người trong phạm vi của họ."))
    return redirect(reverse("candidates:saved", kwargs={"saved_id": saved_id}))
