"""Pages on which papers of a change are attached, opened and taken back."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ccvc.access.actions import record_look
from ccvc.access.http import Request
from ccvc.changes import actions, selectors
from ccvc.changes.views import FOLLOWING, HANDLING
from ccvc.evidence.forms import PaperForm
from ccvc.evidence.serving import download
from ccvc.standard.problems import Problem

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: Request, change_id: UUID) -> HttpResponse:
    """Attach a paper to a change that awaits its check."""
    change = selectors.change(request.subject, change_id)
    entries = selectors.provable_for(request.subject, change)
    if not entries:
        raise Problem("CHG-STATE", state=change.get_state_display())
    form = PaperForm(entries, request.POST or None, request.FILES or None)
    attach = partial(actions.prove, request.subject, change_id)
    if request.method == "POST" and form.is_valid() and form.taken(request.subject, attach):
        messages.success(request, _("Đã gắn giấy tờ vào đề nghị."))
        return redirect("changes:detail", change_id=change_id)
    _record(request, change.person_key)
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "changes/prove.html", {"change": change, "form": form}, status=status)


@require_safe
def paper(request: Request, change_id: UUID, paper_id: UUID) -> HttpResponse:
    """One paper of a change, as a download; recorded before it is handed out."""
    found = selectors.paper(request.subject, change_id, paper_id)
    _record(request, found.person_key)
    return download(request.subject, found)


@require_POST
def unprove(request: Request, change_id: UUID, paper_id: UUID) -> HttpResponse:
    """Take back a paper attached by mistake."""
    actions.unprove(request.subject, change_id, paper_id)
    messages.success(request, _("Đã gỡ giấy tờ khỏi đề nghị."))
    return redirect("changes:detail", change_id=change_id)


def _record(request: Request, person_key: UUID) -> None:
    purpose = FOLLOWING if person_key == request.subject.person_key else HANDLING
    record_look(request.subject, [person_key], act="view", purpose=purpose, detail=request.path)
