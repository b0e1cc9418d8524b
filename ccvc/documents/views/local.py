"""Signing documents in the officer's own machine: what its program is given, and what comes back from it."""

from __future__ import annotations

import base64
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ccvc.access.actions import record_look
from ccvc.access.http import Request
from ccvc.documents import actions, domain, selectors
from ccvc.documents.actions import Outcome
from ccvc.documents.actions.locally import Act, Handed
from ccvc.documents.presentation import label_of, rows
from ccvc.means.presentation import means_of, pending_of, signatures_of
from ccvc.standard.problems import Problem

SIGNING = "Ký văn bản xuất từ hồ sơ"


@require_POST
def begin(request: Request, act: str) -> JsonResponse:
    """What is to be signed of each document ticked, with its file for whoever may read it."""
    what, session = cast("Act", act), request.session.session_key or ""
    means = means_of(request.POST.get("means", "")) or 0
    handed = actions.begin_locally(request.subject, session, what, _ticked(request), means)
    given = {
        "id": handed.pending.pk,
        "act": act,
        "agency": settings.CCVC_AGENCY,
        "account": request.subject.username,
        "at": handed.at.isoformat(),
        "documents": _with_files(request, handed) if act == "sign" else _without(handed),
    }
    return JsonResponse(given)


def _ticked(request: HttpRequest) -> list[UUID]:
    try:
        return [UUID(text) for text in request.POST.getlist("document")]
    except ValueError as error:
        raise Problem("DOC-UNKNOWN") from error


def _with_files(request: Request, handed: Handed) -> list[dict[str, Any]]:
    """For the signer, who looks at each: recorded before it is handed out."""
    listed, keys = rows(request.subject, [row for row, _made in handed.documents])
    record_look(request.subject, keys, act="view", purpose=SIGNING, detail=request.path)
    found = _without(handed)
    for one, shown, (row, made) in zip(found, listed, handed.documents, strict=True):
        selectors.opened(request.subject, row)
        one |= {
            "whose": shown.whose,
            "pdf": base64.b64encode(made.file).decode(),
            "gap": [made.start, made.end],
        }
    return found


def _without(handed: Handed) -> list[dict[str, Any]]:
    """For the clerk with the seal, who sees no person: number, kind and digest."""
    return [
        {
            "title": label_of(row),
            "number": str(row),
            "code": domain.grouped(row.code),
            "attributes": base64.b64encode(made.attributes).decode(),
        }
        for row, made in handed.documents
    ]


@require_POST
def complete(request: Request, act: str) -> JsonResponse:
    """Complete the documents with the signatures; where to go then. What could not be completed is told."""
    pending = pending_of(request.POST.get("id", ""))
    signatures = signatures_of(request.POST.get("signature", ""))
    session = request.session.session_key or ""
    outcome = actions.end_locally(request.subject, session, cast("Act", act), pending, signatures)
    if not outcome.done:
        raise next(iter(outcome.refused.values()))
    _tell(request, outcome)
    return JsonResponse({"next": reverse(f"documents:{act}")})


def _tell(request: Request, outcome: Outcome) -> None:
    count = len(outcome.done)
    text = ngettext("Đã ký {n} văn bản.", "Đã ký {n} văn bản.", count)
    messages.success(request, text.format(n=count))
    for problem in outcome.refused.values():
        messages.error(request, f"{problem.message()} {problem.next_step()}")
