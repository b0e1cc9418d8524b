"""Pages of the inspection room: the log as others may check it, and proofs to take away."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ccvc.access.actions import record_look
from ccvc.access.domain import Right
from ccvc.access.http import Request
from ccvc.access.public import public
from ccvc.inspection import actions, selectors
from ccvc.inspection.domain import Bundle, encode
from ccvc.inspection.verifiers import NAMES, single_file
from ccvc.ledger.kinds import kinds

OWN = "Lấy bằng chứng về hồ sơ của chính mình"
INSPECTION = "Lập bằng chứng phục vụ thanh tra, kiểm tra"


@require_safe
def ledger(request: Request) -> HttpResponse:
    """The log: how it stands, what other nodes hold of it and this one of theirs, alarms, the newest entries."""
    kind, before = request.GET.get("kind", "")[:32], request.GET.get("before", "")
    found = selectors.log_seen(request.subject, kind, int(before) if before.isdecimal() else None)
    context = {
        "log": found,
        "kind": kind,
        "kinds": kinds(),
        "may_close": request.subject.may(Right.NODE_ADMIN),
        "may_prove": request.subject.may(Right.DOSSIER_READ) or request.subject.may(Right.REGISTER_READ),
    }
    return render(request, "inspection/ledger.html", context)


@require_safe
def entry(request: Request, index: int) -> HttpResponse:
    """A proof bundle of one entry that speaks of no person."""
    selectors.open_entry(request.subject, index)
    return _download(actions.prove_entry(request.subject, index), f"so-cai-{settings.CCVC_AGENCY}-{index}")


@require_POST
def close(request: Request, alarm: int) -> HttpResponse:
    """Close an alarm about heads, with its reason."""
    take_up = request.POST.get("take_up") == "on"
    actions.close_alarm(request.subject, alarm, reason=request.POST.get("reason", ""), take_up=take_up)
    messages.success(request, _("Đã khép cảnh báo."))
    return redirect("inspection:ledger")


@require_safe
def person(request: Request, key: UUID) -> HttpResponse:
    """What can be proved of a person, and how whoever gets the proof checks it."""
    found = selectors.proofs_of(request.subject, _room(), key)
    _record(request, key)
    context = {"found": found, "verifiers": NAMES, "own": key == request.subject.person_key}
    return render(request, "inspection/person.html", context)


@require_safe
def bundle(request: Request, key: UUID) -> HttpResponse:
    """The proof bundle of all versions of a person, or of one."""
    number = request.GET.get("number", "")
    wanted = int(number) if number.isdecimal() else None
    made = actions.prove_versions(request.subject, key, wanted, room=_room())
    _record(request, key, act="export")
    return _download(made, "-".join(filter(None, ["bang-chung", str(key)[:8], number if wanted else ""])))


@public
@require_safe
def verifier(request: Request, verifier: str) -> HttpResponse:  # noqa: ARG001 - the same for all
    """A program that checks bundles; whoever gets a bundle needs it, and it tells nothing."""
    if verifier not in NAMES:
        raise Http404
    response = HttpResponse(single_file(verifier), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{verifier}"'
    return response


def _room() -> str:
    """Whose versions this kind of node proves."""
    return "registry" if settings.CCVC_KIND == "national" else "dossiers"


def _record(request: Request, key: UUID, act: str = "view") -> None:
    purpose = OWN if key == request.subject.person_key else INSPECTION
    record_look(request.subject, [key], act=act, purpose=purpose, detail=request.path)


def _download(made: Bundle, name: str) -> HttpResponse:
    response = HttpResponse(encode(made), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response
