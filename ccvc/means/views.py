"""Pages of means of signing: one's own, and the agency's seal."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from ccvc.access.http import Request
from ccvc.access.middleware import beside, status_of
from ccvc.means import actions, selectors
from ccvc.means.actions import Whose
from ccvc.means.forms import ADDING, EndForm
from ccvc.means.presentation import pending_of, reaching_signer, signature_of, signer_address
from ccvc.signing.models import SigningMeans
from ccvc.standard.problems import Problem

LONGEST_CHAIN = 32_000
SECRETS = ("pkcs12-file_password", "pkcs12-passphrase", "pkcs12-again", "pkcs11-pin", "remote-pin")


@require_safe
def listing(request: Request, whose: str) -> HttpResponse:
    """What the owner signs with, and forms for more."""
    return _page(request, cast("Whose", whose))


def _page(
    request: Request,
    whose: Whose,
    *,
    problem: Problem | None = None,
    adding: tuple[str, Form] | None = None,
    ending: tuple[int, Form] | None = None,
) -> HttpResponse:
    shown = selectors.listed(request.subject, whose)
    rows = [one.row for one in shown if one.row.revoked_at is None]
    forms = {kind: made() for kind, made in ADDING.items()}
    if adding is not None:
        forms[adding[0]] = adding[1]  # type: ignore[assignment]  # one of the same three
    faulty = problem is not None or adding is not None or ending is not None
    context = {
        "whose": whose,
        "problem": problem,
        "means": [(one, _end_form(one.row.pk, rows, ending)) for one in shown],
        "forms": forms,
        "adding": adding[0] if adding else "",
        "ending": ending[0] if ending else 0,
        "now": timezone.now(),
        "signer": signer_address(),
    }
    status = status_of(problem.code) if problem else 422 if faulty else 200
    return reaching_signer(render(request, "means/list.html", context, status=status))


def _end_form(means_id: int, rows: list[SigningMeans], ending: tuple[int, Form] | None) -> Form:
    if ending is not None and ending[0] == means_id:
        return ending[1]
    return EndForm(others=[row for row in rows if row.pk != means_id], auto_id=f"end_{means_id}_%s")


@sensitive_post_parameters(*SECRETS)
@require_POST
def add(request: Request, whose: str, kind: str) -> HttpResponse:
    """Take a means in; what keeps it from being taken is shown beside the form."""
    whose = cast("Whose", whose)
    actions.owner_of(request.subject, whose)
    form = ADDING[kind](request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, whose, adding=(kind, form))
    try:
        row = form.keep(request.subject, whose)
    except Problem as problem:
        return _page(request, whose, problem=beside(request, problem), adding=(kind, form))
    messages.success(request, _("Đã thêm phương tiện ký {label}.").format(label=row.label))
    return redirect(f"means:{whose}")


@require_POST
def default(request: Request, whose: str, means_id: int) -> HttpResponse:
    """Sign with this one where none is chosen."""
    row = actions.choose_default(request.subject, cast("Whose", whose), means_id)
    messages.success(request, _("Từ nay ký bằng {label}, trừ khi chọn khác.").format(label=row.label))
    return redirect(f"means:{whose}")


@require_POST
def end(request: Request, whose: str, means_id: int) -> HttpResponse:
    """Report one lost, exposed or replaced: it is out of force, from a moment."""
    whose = cast("Whose", whose)
    others = [one.row for one in selectors.listed(request.subject, whose) if one.row.revoked_at is None]
    form = EndForm(request.POST, others=others, auto_id=f"end_{means_id}_%s")
    if not form.is_valid():
        return _page(request, whose, ending=(means_id, form))
    given = form.cleaned_data
    try:
        row = actions.end(
            request.subject,
            whose,
            means_id,
            given["reason"],
            since=form.since(),
            replaced_by=given["replaced_by"],
        )
    except Problem as problem:
        return _page(request, whose, problem=beside(request, problem), ending=(means_id, form))
    messages.success(request, _("Đã thu hồi {label}.").format(label=row.label))
    return redirect(f"means:{whose}")


@require_POST
def begin(request: Request, whose: str) -> JsonResponse:
    """What a token in the officer's own machine is to sign to become a means of signing."""
    given = {name: request.POST.get(name, "") for name in ("chain", "algorithm", "label")}
    given["chain"] = given["chain"][:LONGEST_CHAIN]
    session = request.session.session_key or ""
    kept = actions.begin_local(request.subject, session, cast("Whose", whose), **given)
    return JsonResponse({"id": kept.pk, "prepared": kept.prepared, "changes": []})


@require_POST
def complete(request: Request, whose: str) -> JsonResponse:
    """Keep the token whose signature came back; where to go then."""
    pending = pending_of(request.POST.get("id", ""))
    signature = signature_of(request.POST.get("signature", ""))
    session, owner = request.session.session_key or "", cast("Whose", whose)
    row = actions.end_local(request.subject, session, owner, pending, signature)
    messages.success(request, _("Đã thêm phương tiện ký {label}.").format(label=row.label))
    return JsonResponse({"next": reverse(f"means:{whose}")})
