"""The page on which an approver sees what one signature approves, and signs it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from ccvc.access.actions import record_look
from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.access.middleware import beside, status_of
from ccvc.changes import actions, bare, selectors
from ccvc.changes.actions import Approved, Prepared
from ccvc.changes.domain import MOST_IN_ONE_SIGNATURE
from ccvc.changes.models import Change
from ccvc.changes.views import uuid_of
from ccvc.evidence.missing import missing_rule
from ccvc.evidence.presentation import shown as papers_shown
from ccvc.means.presentation import reaching_signer, signature_of, signer_address
from ccvc.means.selectors import own_in_force
from ccvc.standard.problems import Problem

PAGE = 20
LONGEST_ID = 18
SIGNING = "Phê duyệt, ký số"
APART = {"CHG-STALE", "CHG-EVIDENCE", "CHG-BARE"}
"""What keeps single changes from being signed."""


@require_safe
def approve(request: Request) -> HttpResponse:
    """What one signature would approve: everything ready, or one batch, or one change."""
    require(request.subject, Right.CHANGE_APPROVE)
    return _page(request, _to_sign(request))


def _to_sign(request: Request) -> list[UUID]:
    if request.GET.get("change"):
        return selectors.known(request.subject, [uuid_of(request.GET["change"])])
    asked = request.GET.get("batch")
    batch_id = selectors.batch(request.subject, uuid_of(asked))[0].pk if asked else None
    ready = selectors.ready_to_sign(request.subject, MOST_IN_ONE_SIGNATURE, batch_id=batch_id)
    return [change.pk for change in ready]


def _page(request: Request, ids: list[UUID], problem: Problem | None = None) -> HttpResponse:
    """The changes page by page, and the form that signs them all; with what kept it from being signed."""
    prepared, apart = _prepared(request, ids)
    page = Paginator(prepared.changes if prepared else [], PAGE).get_page(request.GET.get("page"))
    stale, unfit = apart.get("CHG-STALE", []), apart.get("CHG-EVIDENCE", [])
    lacking = bare.lacking(request.subject, list(page), prepared.documents if prepared else {})
    lacking |= bare.lacking(request.subject, apart.get("CHG-BARE", []))
    people = [change.person_key for change in (*page, *(one for held in apart.values() for one in held))]
    record_look(request.subject, people, act="list", purpose=SIGNING)
    context = {
        "problem": problem,
        "stale": stale,
        "unfit": unfit,
        "bare": [(change, lacking.get(change.pk, [])) for change in apart.get("CHG-BARE", [])],
        "may_waive": missing_rule(timezone.localdate()) == "waive",
        "page": page,
        "lines": [
            (one, papers_shown(one.papers), lacking.get(one.change.pk, []))
            for one in selectors.shown(request.subject, list(page))
        ],
        "means": own_in_force(request.subject),
        "signer": signer_address(),
        "chosen": request.POST.get("means", ""),
        "root": prepared.root if prepared else "",
        "ids": " ".join(str(change.pk) for change in prepared.changes) if prepared else "",
    }
    status = status_of(problem.code) if problem else 200
    return reaching_signer(render(request, "changes/approve.html", context, status=status))


def _prepared(request: Request, ids: list[UUID]) -> tuple[Prepared | None, dict[str, list[Change]]]:
    """What would be signed; changes that cannot be signed now are set apart by the reason and hold back no other."""
    apart: dict[str, list[Change]] = {}
    rest = ids
    while rest:
        try:
            return actions.prepare(request.subject, rest), apart
        except Problem as refusal:
            if refusal.code not in APART:
                raise
            code, held = refusal.code, set(refusal.params["changes"])
        apart[code] = [*apart.get(code, []), *selectors.named(request.subject, list(held))]
        rest = [pk for pk in rest if pk not in held]
    return None, apart


def _means(request: Request) -> int | None:
    """The means chosen; None for the default."""
    chosen = request.POST.get("means", "")
    return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) <= LONGEST_ID else None


@sensitive_post_parameters("passphrase")
@require_POST
def sign(request: Request) -> HttpResponse:
    """Sign and commit what was shown; a fault leaves everything as it was and shows it again, with what to do."""
    require(request.subject, Right.CHANGE_APPROVE)
    ids = _named(request)
    passphrase, root = request.POST.get("passphrase", ""), request.POST.get("root", "")
    try:
        done = actions.approve(request.subject, ids, passphrase, root, _means(request))
    except Problem as problem:
        return _page(request, ids, beside(request, problem))
    _tell(request, done)
    return redirect("changes:approve")


def _named(request: Request) -> list[UUID]:
    """The changes a form names, each once; the act refuses those that are not there, and records that it did."""
    return [*dict.fromkeys(map(uuid_of, request.POST.get("changes", "").split()))]


def _tell(request: Request, done: Approved) -> None:
    count = len(done.versions)
    text = ngettext("Đã ký và ghi vào {n} hồ sơ.", "Đã ký và ghi vào {n} hồ sơ.", count)
    messages.success(request, text.format(n=count))


@require_POST
def waive(request: Request) -> HttpResponse:
    """Say why changes may be signed though the paper they rest on is missing."""
    ids = _named(request)
    count = actions.waive(request.subject, ids, request.POST.get("reason", ""))
    text = ngettext("Đã ghi lý do cho {n} đề nghị.", "Đã ghi lý do cho {n} đề nghị.", count)
    messages.success(request, text.format(n=count))
    return redirect("changes:approve")


@require_POST
def begin(request: Request) -> JsonResponse:
    """What the officer's own machine is to sign: the bytes, and what they stand for."""
    require(request.subject, Right.CHANGE_APPROVE)
    ids = _named(request)
    session, root = request.session.session_key or "", request.POST.get("root", "")
    handed = actions.begin_locally(request.subject, session, ids, root, _means(request) or 0)
    changes = [{"statement": statement, "name": name} for statement, name in handed.changes]
    return JsonResponse({"id": handed.pending.pk, "prepared": handed.pending.prepared, "changes": changes})


@require_POST
def complete(request: Request) -> JsonResponse:
    """Commit what the officer's own machine signed; where to go then."""
    require(request.subject, Right.CHANGE_APPROVE)
    signature = signature_of(request.POST.get("signature", ""))
    pending = uuid_of(request.POST.get("id", ""))
    done = actions.end_locally(request.subject, request.session.session_key or "", pending, signature)
    _tell(request, done)
    return JsonResponse({"next": reverse("changes:approve")})
