"""Pages on which certified copies are made: of a paper of a dossier, or of a document of ours."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.access.middleware import beside
from ccvc.documents import actions, copies, selectors
from ccvc.documents.actions import CopyOrder
from ccvc.documents.copies import CopyForm
from ccvc.documents.forms import CopyOrderForm
from ccvc.documents.models import Document
from ccvc.documents.presentation import form_label, label_of
from ccvc.evidence import selectors as evidence
from ccvc.evidence.presentation import title_of
from ccvc.standard.problems import Problem

COPYING = "Sao giấy tờ của hồ sơ"
UNPROCESSABLE = 422
Making = Callable[[CopyOrder], Document]


@require_http_methods(["GET", "HEAD", "POST"])
def copy_paper(request: Request, paper_id: UUID) -> HttpResponse:
    """A certified copy of a paper of a dossier."""
    paper = evidence.paper(request.subject, paper_id)
    require(request.subject, Right.DOCUMENT_SIGN)
    record_look(request.subject, [paper.person_key], act="view", purpose=COPYING, detail=request.path)
    offered = copies.offered("paper", timezone.localdate())

    def make(order: CopyOrder) -> Document:
        return actions.copy_paper(request.subject, paper_id, order)

    return _page(request, offered, make, title_of(paper))


@require_http_methods(["GET", "HEAD", "POST"])
def copy_document(request: Request, document_id: UUID) -> HttpResponse:
    """A certified copy of a document of ours."""
    row = selectors.document(request.subject, document_id)
    require(request.subject, Right.DOCUMENT_SIGN)
    keys = selectors.people(row)
    record_look(request.subject, keys, act="view", purpose=COPYING, detail=request.path)
    offered = copies.offered("electronic", timezone.localdate())

    def make(order: CopyOrder) -> Document:
        return actions.copy_document(request.subject, document_id, order)

    return _page(request, offered, make, f"{label_of(row)} {row}")


def _page(request: Request, offered: list[CopyForm], make: Making, title: str) -> HttpResponse:
    """The form, and the copy where the order is sound; what is wrong is said beside its input."""
    asked = CopyOrderForm([(one.name, form_label(one)) for one in offered], request.POST or None)
    if request.method == "POST" and asked.is_valid():
        try:
            made = make(asked.order())
        except Problem as problem:
            if problem.code == "ACC-DENIED":
                raise
            asked.refuse(beside(request, problem))
        else:
            text = _("Đã cho sao, số {number}; bản sao chờ ký số của cơ quan.")
            messages.success(request, text.format(number=made))
            return redirect("documents:detail", document_id=made.pk)
    context = {"form": asked, "original": title}
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "documents/copy.html", context, status=status)
