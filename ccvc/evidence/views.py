"""Pages of the evidence room: the papers of one dossier, opening one, taking one back."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ccvc import standard
from ccvc.access.actions import record_look
from ccvc.access.domain import Right
from ccvc.access.http import Request
from ccvc.dossiers import selectors as dossiers
from ccvc.evidence import actions, selectors
from ccvc.evidence.domain import fields_of
from ccvc.evidence.forms import PaperForm
from ccvc.evidence.presentation import shown
from ccvc.evidence.serving import download
from ccvc.organisations.selectors import reach

FORM_2C = "04"
READING = "Xem giấy tờ chứng minh của hồ sơ"
OWN = "Xem giấy tờ của chính mình"
UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: Request, key: UUID) -> HttpResponse:
    """Every paper of a dossier; an officer attaches further ones without changing a value."""
    seen = dossiers.seen(request.subject, key)
    may_attach = _may_attach(request, seen.dossier.unit_id)
    form = None
    if may_attach:
        given = (request.POST or None, request.FILES or None)
        form = PaperForm(_entries(seen.may_see), *given, initial={"kind": FORM_2C})
    attach = partial(actions.attach, request.subject, key)
    if form and request.method == "POST" and form.is_valid() and form.taken(request.subject, attach):
        messages.success(request, _("Đã lưu giấy tờ vào hồ sơ."))
        return redirect("evidence:person", key=key)
    purpose = OWN if seen.own else READING
    record_look(request.subject, [key], act="view", purpose=purpose, detail=request.path)
    papers, left_out = selectors.of_dossier(request.subject, seen.dossier)
    context = {
        "seen": seen,
        "papers": shown(papers),
        "withheld": left_out,
        "form": form,
        "may_attach": may_attach,
        "may_copy": seen.dossier.unit_id in reach(request.subject, Right.DOCUMENT_SIGN, timezone.localdate()),
    }
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "evidence/person.html", context, status=status)


def _may_attach(request: Request, unit_id: int) -> bool:
    return unit_id in reach(request.subject, Right.CHANGE_PROPOSE, timezone.localdate())


def _entries(may_see: dossiers.MaySee) -> list[str]:
    """What an officer may attach papers to: the whole dossier and the groups they may read."""
    return [entry for entry in ("", *standard.current().groups) if all(may_see(f) for f in fields_of(entry))]


@require_safe
def open_(request: Request, paper_id: UUID) -> HttpResponse:
    """One paper of a dossier, as a download; recorded before it is handed out."""
    paper = selectors.paper(request.subject, paper_id)
    purpose = OWN if paper.person_key == request.subject.person_key else READING
    record_look(request.subject, [paper.person_key], act="view", purpose=purpose, detail=request.path)
    return download(request.subject, paper)


@require_POST
def take_back(request: Request, paper_id: UUID) -> HttpResponse:
    """Take back a paper attached by mistake."""
    selectors.paper(request.subject, paper_id)
    paper = actions.take_back(request.subject, paper_id, request.POST.get("reason", ""))
    messages.success(request, _("Đã gỡ giấy tờ khỏi hồ sơ. Tệp và dấu vết vẫn được lưu."))
    return redirect("evidence:person", key=paper.person_key)
