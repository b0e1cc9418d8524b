"""Pages on which documents are signed: by the authorised person, then by the agency's clerk, who sees no person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ccvc.access.actions import record_look
from ccvc.access.http import Request
from ccvc.access.middleware import beside, status_of
from ccvc.documents import actions, selectors
from ccvc.documents.actions import Outcome
from ccvc.documents.models import Document
from ccvc.documents.presentation import label_of, rows
from ccvc.means.actions.opening import open_own, open_seal
from ccvc.means.presentation import means_of, reaching_signer, signer_address
from ccvc.means.selectors import own_in_force, seals_in_force
from ccvc.signing.signers import Signer
from ccvc.standard.problems import Problem

AT_ONCE = 100
SIGNING = "Ký văn bản xuất từ hồ sơ"
UNPROCESSABLE = 422


@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: Request) -> HttpResponse:
    """Documents that wait for one's signature."""
    waiting = list(selectors.to_sign(request.subject)[:AT_ONCE])

    def act(ids: Sequence[UUID], secret: str) -> Outcome:
        opened = open_own(request.subject, secret, means_of(request.POST.get("means", "")))
        return actions.sign(request.subject, ids, opened.signer)

    done, outcome, problem = _acted(request, waiting, act)
    if done:
        return redirect("documents:sign")
    listed, keys = rows(request.subject, waiting)
    record_look(request.subject, keys, act="list", purpose=SIGNING, detail=request.path)
    context = {
        "rows": listed,
        "problem": problem,
        "refused": _refused(outcome, waiting),
        "means": own_in_force(request.subject),
        "chosen": request.POST.get("means", ""),
        "signer": signer_address(),
    }
    return reaching_signer(render(request, "documents/sign.html", context, status=_status(request, problem)))


@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: Request) -> HttpResponse:
    """Documents that wait for the agency's signature: numbers, kinds and signers, nobody's name."""
    waiting = list(selectors.to_seal(request.subject)[:AT_ONCE])

    def act(ids: Sequence[UUID], secret: str) -> Outcome:
        signer: Signer = open_seal(request.subject, secret, means_of(request.POST.get("means", "")))
        return actions.seal(request.subject, ids, signer)

    done, outcome, problem = _acted(request, waiting, act)
    if done:
        return redirect("documents:seal")
    context = {
        "waiting": [(one, label_of(one)) for one in waiting],
        "problem": problem,
        "refused": _refused(outcome, waiting),
        "means": seals_in_force(),
        "chosen": request.POST.get("means", ""),
        "signer": signer_address(),
    }
    return reaching_signer(render(request, "documents/seal.html", context, status=_status(request, problem)))


def _acted(
    request: Request, waiting: list[Document], act: Callable[[Sequence[UUID], str], Outcome]
) -> tuple[bool, Outcome, Problem | None]:
    """Sign what was ticked; whether all of it was done, what was not, and what kept anything from being."""
    if request.method != "POST":
        return False, Outcome(), None
    ticked = set(request.POST.getlist("document"))
    ids = [one.pk for one in waiting if str(one.pk) in ticked]
    if not ids:
        return False, Outcome(), Problem("DOC-NONE")
    try:
        outcome = act(ids, request.POST.get("passphrase", ""))
    except Problem as problem:
        if problem.code == "ACC-DENIED":
            raise
        return False, Outcome(), beside(request, problem)
    if count := len(outcome.done):
        text = ngettext("Đã ký {n} văn bản.", "Đã ký {n} văn bản.", count)
        messages.success(request, text.format(n=count))
    return not outcome.refused, outcome, None


def _refused(outcome: Outcome, waiting: list[Document]) -> list[tuple[Document, Problem]]:
    return [(one, outcome.refused[one.pk]) for one in waiting if one.pk in outcome.refused]


def _status(request: Request, problem: Problem | None) -> int:
    if problem is not None:
        return status_of(problem.code)
    return UNPROCESSABLE if request.method == "POST" else 200
