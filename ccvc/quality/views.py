"""Pages of the quality room: findings and what to do about them, one person's, scores by unit."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ccvc import standard
from ccvc.access.actions import record_look
from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.quality import actions, presentation, selectors
from ccvc.quality.models import Finding
from ccvc.quality.selectors import Asked
from ccvc.registry import purposes
from ccvc.standard.problems import Problem

PAGE = 50
SHOWN = 100
LONGEST = 120
TENDING = "Rà soát chất lượng dữ liệu"
OWN = "Xem chất lượng dữ liệu của chính mình"


@require_safe
def list_(request: Request) -> HttpResponse:
    """Findings within reach, filtered; the people of the page are recorded as one look."""
    subject, asked = request.subject, _asked(request)
    require(subject, Right.QUALITY_SEE)
    if ask := _ask_for_purpose(request):
        return ask
    found = selectors.findings(subject, asked)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    returned = [] if _is_national() else selectors.returned(subject)[:SHOWN]
    record_look(subject, _people(page), act="list", purpose=_purpose(request), detail=request.path)
    context = {
        "page": page,
        "lines": selectors.lines(page),
        "asked": asked,
        "rules": [(rule, presentation.rule_label(rule), n) for rule, n in selectors.by_rule(found)],
        "units": selectors.unit_choices(subject),
        "families": list(presentation.FAMILY_LABELS.items()),
        "severities": list(presentation.SEVERITY_LABELS.items()),
        "states": Finding.State.choices,
        "returned": returned,
        "may_accept": not _is_national() and subject.may(Right.CHANGE_PROPOSE),
        "suggested": selectors.findings(subject, asked).filter(suggestion__isnull=False).count(),
        "query": request.GET.urlencode(),
    }
    record_look(subject, [row.person for row, _name in returned], act="list", purpose=TENDING)
    return render(request, "quality/list.html", context)


def _asked(request: Request) -> Asked:
    """What the address, or the form, narrows the list to."""
    given = request.POST if request.method == "POST" else request.GET
    names = ("family", "rule", "severity", "unit")
    chosen = {name: "".join(c for c in given.get(name, "")[:LONGEST] if c.isprintable()) for name in names}
    state = given.get("state", Finding.State.OPEN)
    known = state if state in Finding.State.values else Finding.State.OPEN
    return Asked(**chosen, state=known, suggested=given.get("suggested") == "1")


def _people(page: Page[Finding]) -> list[UUID]:
    return sorted({row.person for row in page})


def _is_national() -> bool:
    return bool(settings.CCVC_KIND == "national")


def _purpose(request: Request) -> str:
    return f"{TENDING}: {purposes.kept(request.session)}" if _is_national() else TENDING


def _ask_for_purpose(request: Request) -> HttpResponse | None:
    """On the national node people are shown only to who has said what for."""
    if not _is_national() or purposes.kept(request.session):
        return None
    return HttpResponseRedirect(
        f"{reverse('registry:purpose')}?{urlencode({'next': request.get_full_path()})}"
    )


@require_safe
def person(request: Request, key: UUID) -> HttpResponse:
    """One person's findings: what each says, what would mend it, what was decided on it."""
    name, lines = selectors.of_person(request.subject, key)
    if ask := _ask_for_purpose(request):
        return ask
    own = request.subject.person_key == key
    record_look(
        request.subject, [key], act="view", purpose=OWN if own else _purpose(request), detail=request.path
    )
    context = {
        "name": name,
        "key": key,
        "own": own,
        "groups": presentation.by_family(lines),
        "count": len(lines),
        "may_accept": not _is_national() and request.subject.may(Right.CHANGE_PROPOSE) and not own,
        "may_settle": request.subject.may(Right.QUALITY_SETTLE) and not own,
        "national": _is_national(),
        "may_read": request.subject.may(Right.REGISTER_READ),
    }
    return render(request, "quality/person.html", context)


@require_safe
def scores(request: Request) -> HttpResponse:
    """Scores of all within reach by family, and of each unit (nationally: agency) with its trend."""
    units = selectors.unit_scores(request.subject)
    families = selectors.family_scores(request.subject)
    context = {
        "families": [
            (presentation.FAMILY_LABELS[f], score, count, presentation.tone(score))
            for f, (score, count) in families.items()
        ],
        "labels": list(presentation.FAMILY_LABELS.values()),
        "units": [(unit, presentation.shown(unit)) for unit in units],
        "national": _is_national(),
        "may_list": request.subject.may(Right.QUALITY_SEE),
        "may_send": _is_national() and request.subject.may(Right.QUALITY_SEND),
    }
    return render(request, "quality/scores.html", context)


@require_POST
def preview(request: Request) -> HttpResponse:
    """What accepting the chosen suggestions would change, before anything is proposed."""
    ids = _chosen(request)
    found = selectors.preview(request.subject, ids)
    keys = [one.person for one in found]
    record_look(request.subject, keys, act="view", purpose=TENDING, detail=request.path)
    context = {
        "found": found[:SHOWN],
        "more": max(0, len(found) - SHOWN),
        "people": len(found),
        "values": sum(len(one.differences) for one in found),
        "clashes": sum(len(one.clashes) for one in found),
        "ids": " ".join(str(row.pk) for one in found for row in one.taken),
    }
    return render(request, "quality/preview.html", context)


def _chosen(request: Request) -> list[int]:
    """The findings the form names, or with `all` every suggestion the filters leave, up to what one act takes."""
    if request.POST.get("all") == "1":
        asked = _asked(request)
        whole = Asked(asked.family, asked.rule, asked.severity, asked.unit, asked.state, suggested=True)
        found = selectors.findings(request.subject, whole, Right.CHANGE_PROPOSE)
        return list(found.values_list("pk", flat=True)[: actions.MOST])
    words = [*request.POST.getlist("finding"), *request.POST.get("ids", "").split()]
    return [
        int(word)
        for word in words[: actions.MOST + 1]
        if word.isascii() and word.isdigit() and len(word) < PAGE // 3
    ]


@require_POST
def accept(request: Request) -> HttpResponse:
    """Propose what was previewed."""
    done = actions.accept(request.subject, _chosen(request))
    text = ngettext(
        "Đã lập {n} đề nghị thay đổi, chờ kiểm tra.",
        "Đã lập {n} đề nghị thay đổi, chờ kiểm tra.",
        done.changes,
    )
    messages.success(request, text.format(n=done.changes))
    if left := done.clashes + len(done.problems):
        messages.warning(
            request, _("%(n)s gợi ý chưa lập được: hồ sơ đã đổi, hoặc đang có đề nghị khác.") % {"n": left}
        )
    return redirect("quality:list")


@require_POST
def aside(request: Request, finding: int) -> HttpResponse:
    """Say that a finding may stand, or put it off until a day."""
    reason = request.POST.get("reason", "")
    until = _day(request.POST.get("until", ""))
    ruling = actions.set_aside(request.subject, finding, reason, until=until)
    messages.success(request, _("Đã ghi lại quyết định và lý do."))
    return redirect("quality:person", key=ruling.person)


@require_POST
def reopen(request: Request, finding: int) -> HttpResponse:
    """Take up again what was set aside."""
    ruling = actions.reopen(request.subject, finding)
    messages.success(request, _("Đã mở lại."))
    return redirect("quality:person", key=ruling.person)


@require_POST
def send(request: Request, agency: str) -> HttpResponse:
    """Send an agency's open findings back as work."""
    count = actions.send_back(request.subject, agency, _asked(request))
    text = ngettext("Đã giao lại {n} điểm cần xem.", "Đã giao lại {n} điểm cần xem.", count)
    messages.success(request, text.format(n=count))
    return redirect("quality:scores")


def _day(text: str) -> date | None:
    day = standard.read_day(text) if text else None
    if text and day is None:
        raise Problem("QUA-DATE", where=text)
    return day
