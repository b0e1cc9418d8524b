"""The paper of a decision: opened by whoever may read all it speaks of, and handed to the signer's own machine."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.decisions import handing, selectors
from ccvc.documents import selectors as registers
from ccvc.means.presentation import means_of, pending_of, signatures_of
from ccvc.standard.problems import Problem

READING, OWN = "Xem văn bản của quyết định nhân sự", "Xem quyết định về chính mình"
SIGNING = "Ký quyết định nhân sự"


@require_safe
def paper(request: Request, decision_id: UUID) -> HttpResponse:
    """The paper as it stands, in the browser; recorded before it is handed out."""
    row = selectors.decision(request.subject, decision_id)
    if row.paper is None:
        raise Problem("DEC-NO-PAPER")
    registers.require_whole(request.subject, row.paper)
    keys = registers.people(row.paper)
    purpose = OWN if keys == [request.subject.person_key] else READING
    record_look(request.subject, keys, act="view", purpose=purpose, detail=request.path)
    name = f"{row.paper.number:04d}-{row.paper.symbol}-{row.paper.year}.pdf"
    answer = HttpResponse(registers.content(row.paper), content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or "inline"
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def begin(request: Request, decision_id: UUID) -> JsonResponse:
    """What the signer's own machine is to sign: the statement with what it binds, and the paper."""
    require(request.subject, Right.DECISION_SIGN)
    session, means = request.session.session_key or "", means_of(request.POST.get("means", "")) or 0
    handed = handing.begin_locally(request.subject, session, decision_id, request.POST.get("root", ""), means)
    changes = handed.ready.prepared.changes
    keys = [one.person_key for one in changes]
    record_look(request.subject, keys, act="view", purpose=SIGNING, detail=request.path)
    return JsonResponse(handing.given(handed))


@require_POST
def complete(request: Request, decision_id: UUID) -> JsonResponse:
    """Keep both signatures; where to go then."""
    require(request.subject, Right.DECISION_SIGN)
    selectors.decision(request.subject, decision_id)
    pending = pending_of(request.POST.get("id", ""))
    signatures = signatures_of(request.POST.get("signature", ""))
    done = handing.end_locally(request.subject, request.session.session_key or "", pending, signatures)
    messages.success(request, _("Đã ký {row}.").format(row=done))
    return JsonResponse({"next": reverse("decisions:detail", args=[done.pk])})
