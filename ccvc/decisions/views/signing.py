"""The page on which an authorised person sees what one signature brings about, and signs it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.access.middleware import beside, status_of
from ccvc.decisions import presentation, selectors, signing
from ccvc.means.presentation import reaching_signer, signer_address
from ccvc.means.selectors import own_in_force
from ccvc.standard.problems import Problem

PAGE = 20
LONGEST_ID = 18
SIGNING = "Ký quyết định nhân sự"


@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: Request, decision_id: UUID) -> HttpResponse:
    """What would be signed; and the signature over exactly that, or nothing."""
    require(request.subject, Right.DECISION_SIGN)
    problem = None
    if request.method == "POST":
        chosen = request.POST.get("means", "")
        fits = chosen.isascii() and chosen.isdigit() and len(chosen) <= LONGEST_ID
        try:
            row = signing.sign(
                request.subject,
                decision_id,
                request.POST.get("passphrase", ""),
                request.POST.get("root", ""),
                int(chosen) if fits else None,
            )
        except Problem as refusal:
            if refusal.code in {"DEC-UNKNOWN", "ACC-DENIED"}:
                raise
            problem = beside(request, refusal)
        else:
            messages.success(request, _("Đã ký {row}.").format(row=row))
            return redirect("decisions:detail", decision_id=row.pk)
    return _page(request, decision_id, problem)


def _page(request: Request, decision_id: UUID, problem: Problem | None) -> HttpResponse:
    subject = request.subject
    row = selectors.decision(subject, decision_id)
    root, judged = "", b""
    try:
        ready = signing.prepare(subject, decision_id)
        root, judged = ready.root, ready.judged
    except Problem as refusal:
        problem = problem or beside(request, refusal)
    page = Paginator(selectors.people(subject, row), PAGE).get_page(request.GET.get("page"))
    record_look(subject, [one.person_key for one in page], act="list", purpose=SIGNING)
    context = {
        "decision": row,
        "label": presentation.kind_label(row),
        "laws": selectors.laws(subject, row),
        "page": page,
        "people": presentation.submitted(subject, row, page, judged),
        "root": root,
        "means": own_in_force(subject),
        "chosen": request.POST.get("means", ""),
        "signer": signer_address(),
        "problem": problem,
    }
    status = status_of(problem.code) if problem else 200
    return reaching_signer(render(request, "decisions/sign.html", context, status=status))
