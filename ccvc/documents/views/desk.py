"""Documents as they stand: the list, one of them with its signatures, its file, revoking it, pictures."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, denied
from ccvc.access.http import Request
from ccvc.access.middleware import beside
from ccvc.documents import actions, composing, copies, domain, presentation, selectors, verifying
from ccvc.documents.actions.pictures import MOST_BYTES
from ccvc.documents.models import Document, Picture, State
from ccvc.documents.presentation import label_of, rows, steps
from ccvc.documents.views.issuing import download
from ccvc.standard.problems import Problem

PAGE = 50
LISTING, OPENING, OWN = "Xem văn bản xuất từ hồ sơ", "Mở văn bản xuất từ hồ sơ", "Xem văn bản của chính mình"
PDF = "application/pdf"
UNPROCESSABLE = 422


@require_safe
def list_(request: Request) -> HttpResponse:
    """Documents within reach, the newest first."""
    subject = request.subject
    found = selectors.documents(subject)
    state = request.GET.get("state", "")
    if state in State.values:
        found = found.filter(state=state)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    listed, keys = rows(subject, list(page))
    record_look(subject, keys, act="list", purpose=LISTING, detail=request.path)
    context = {
        "page": page,
        "rows": listed,
        "state": state,
        "states": State.choices,
        "may_issue": subject.may(Right.DOCUMENT_ISSUE),
    }
    return render(request, "documents/list.html", context)


@require_safe
def detail(request: Request, document_id: UUID) -> HttpResponse:
    """One document: where it stands, its signatures judged anew, how anyone checks it."""
    row = selectors.document(request.subject, document_id)
    listed, keys = rows(request.subject, [row])
    purpose = OWN if keys == [request.subject.person_key] else OPENING
    record_look(request.subject, keys, act="view", purpose=purpose, detail=request.path)
    context = {
        "document": row,
        "row": listed[0],
        "label": label_of(row),
        "way": steps(row),
        "signatures": _judged(row),
        "code": domain.grouped(row.code),
        "address": composing.check_address(row.code),
        "people": row.people.count(),
        "revocable": row.state != State.REVOKED and _may_revoke(request, row),
        "source": presentation.source_of(row),
        "copyable": row.state == State.VALID and row.kind != copies.KIND and _may_copy(request, row),
        "may_sign": row.state == State.ISSUED
        and row.signer_id == request.subject.user_id
        and row.kind not in domain.DECISIONS,
    }
    return render(request, "documents/detail.html", context)


def _judged(row: Document) -> list[verifying.Found]:
    """The signatures on the file; a file that is gone or spoilt is told by the ledger's examination."""
    try:
        return verifying.signatures(selectors.content(row))
    except Problem:
        return []


def _may_revoke(request: Request, row: Document) -> bool:
    if row.kind in domain.DECISIONS:
        return False
    own = row.state == State.ISSUED and row.issued_by == request.subject.username
    return own or selectors.may_sign_for(request.subject, row)


def _may_copy(request: Request, row: Document) -> bool:
    return selectors.may_sign_for(request.subject, row)


@require_safe
def file(request: Request, document_id: UUID) -> HttpResponse:
    """The document itself, recorded before it is handed out."""
    row = selectors.document(request.subject, document_id)
    content = selectors.opened(request.subject, row)
    keys = selectors.people(row)
    purpose = OWN if keys == [request.subject.person_key] else OPENING
    record_look(request.subject, keys, act="export", purpose=purpose, detail=request.path)
    return download(content, f"{row.number:04d}-{row.symbol}-{row.year}.pdf", PDF)


@require_POST
def revoke(request: Request, document_id: UUID) -> HttpResponse:
    """Revoke a document, with the reason."""
    row = actions.revoke(request.subject, document_id, request.POST.get("reason", ""))
    messages.success(request, _("Đã thu hồi văn bản số {number}.").format(number=row))
    return redirect("documents:detail", document_id=row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def pictures(request: Request) -> HttpResponse:
    """One's own signature's picture, and the agency's seal's for whoever holds it."""
    subject = request.subject
    own, seal = subject.may(Right.DOCUMENT_SIGN), subject.may(Right.SEAL_USE)
    if not own and not seal:
        raise denied(Right.DOCUMENT_SIGN)
    problem = _kept(request) if request.method == "POST" else None
    if request.method == "POST" and problem is None:
        return redirect("documents:pictures")
    owners = [(Picture.Kind.SIGNATURE, subject.username)] * own
    owners += [(Picture.Kind.SEAL, settings.CCVC_AGENCY)] * seal
    context = {
        "problem": problem,
        "pictures": [(kind, selectors.picture(kind, owner)) for kind, owner in owners],
        "most": MOST_BYTES // 1000,
    }
    return render(request, "documents/pictures.html", context, status=UNPROCESSABLE if problem else 200)


def _kept(request: Request) -> Problem | None:
    """Keep or end the picture that was sent; what is wrong with it."""
    kind = Picture.Kind.SEAL if request.POST.get("kind") == Picture.Kind.SEAL else Picture.Kind.SIGNATURE
    try:
        if "end" in request.POST:
            actions.end_picture(request.subject, kind)
            messages.success(request, _("Không dùng ảnh này nữa."))
            return None
        sent = request.FILES.get("picture")
        actions.keep_picture(request.subject, kind, sent.read(MOST_BYTES + 1) if sent else b"")
    except Problem as problem:
        if problem.code == "ACC-DENIED":
            raise
        return beside(request, problem)
    messages.success(request, _("Đã lưu ảnh; văn bản ký từ lúc này dùng ảnh này."))
    return None
