"""The public check of a document: without an account, and without more than the document shows at its head."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from ccvc.access.http import Request
from ccvc.access.public import public
from ccvc.documents import checks, domain
from ccvc.documents.models import Document
from ccvc.documents.presentation import TONES, label_of, source_of
from ccvc.standard.problems import Problem

TOO_MANY, UNPROCESSABLE = 429, 422
LONGEST = 40


@public
@require_safe
def check_form(request: Request) -> HttpResponse:
    """Where a code is typed."""
    typed = request.GET.get("code", "")[:LONGEST]
    if not typed:
        return _page(request, {})
    code = domain.read_code(typed)
    if code is None:
        return _page(request, {"problem": Problem("DOC-CODE"), "typed": typed}, UNPROCESSABLE)
    return redirect("documents:check", check_code=domain.grouped(code))


@public
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: Request, check_code: str) -> HttpResponse:
    """What is known of a document by its code; with its file, whether that is the one that was issued.

    A code nobody was given and one of a document not handed out yet are answered alike.
    """
    code = domain.read_code(check_code[:LONGEST])
    if code is None:
        return _page(request, {"problem": Problem("DOC-CODE"), "typed": check_code[:LONGEST]}, UNPROCESSABLE)
    try:
        checks.allow(str(request.META.get("REMOTE_ADDR", "")))
    except Problem as problem:
        return _page(request, {"problem": problem, "typed": domain.grouped(code)}, TOO_MANY)
    document = checks.answer(code)
    context: dict[str, Any] = {"asked": True, "typed": domain.grouped(code), "document": document}
    if document is not None:
        context |= {
            "label": label_of(document),
            "tone": TONES[document.state],
            "source": source_of(document),
        }
    if request.method == "POST":
        return _compared(request, document, context)
    return _page(request, context)


def _compared(request: Request, document: Document | None, context: dict[str, Any]) -> HttpResponse:
    """With the verdict on the file that was sent; it is kept nowhere."""
    sent = request.FILES.get("file")
    most = checks.MOST_MEGABYTES * checks.MEGABYTE
    content = sent.read(most + 1) if sent else b""
    if not content or len(content) > most:
        problem = Problem("DOC-UPLOAD", most=checks.MOST_MEGABYTES)
        return _page(request, context | {"problem": problem}, UNPROCESSABLE)
    if document is not None:
        found = checks.compare(document, content)
        pairs = list(zip(found.signatures, found.kept, strict=True))
        context |= {"compared": found, "signatures": pairs}
    return _page(request, context)


def _page(request: Request, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "documents/check.html", context, status=status)
