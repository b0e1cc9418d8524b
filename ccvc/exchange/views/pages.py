"""Pages of the exchange room."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from ccvc.access.actions import record_look
from ccvc.access.domain import Right
from ccvc.access.http import Request
from ccvc.dossiers import selectors as dossiers
from ccvc.exchange import actions, overseeing, selectors
from ccvc.exchange.selectors.lists import list_progress, sets_progress
from ccvc.exchange.selectors.packages import packages_of
from ccvc.exchange.selectors.work import notices, refused_rows
from ccvc.means.presentation import means_of, pending_of, reaching_signer, signature_of, signer_address
from ccvc.means.selectors import own_in_force

PAGE = 50
MENDING = "Xử lý bản ghi bị từ chối"


@require_safe
def status(request: Request) -> HttpResponse:
    """How the exchange stands with each peer."""
    found = selectors.status(request.subject)
    context = {
        "status": found,
        "may_run": request.subject.may(Right.EXCHANGE_RUN),
        "may_work": request.subject.may(Right.DOSSIER_LIST),
        "work": selectors.refused_count(request.subject),
        "overdue": overseeing.late(request.subject),
    }
    return render(request, "exchange/status.html", context)


@require_safe
def lists(request: Request) -> HttpResponse:
    """Which components have applied the code lists published, and which lag."""
    if settings.CCVC_KIND != "national":
        raise Http404
    found = list_progress(request.subject)
    context = {
        "found": found,
        "sets": sets_progress(found),
        "lagging": sum(bool(row.waiting) for row in found),
    }
    return render(request, "exchange/lists.html", context)


@require_safe
def peer(request: Request, agency: str) -> HttpResponse:
    """The packages sent to one peer, or taken from it."""
    sent, taken = packages_of(request.subject, agency)
    side = "taken" if request.GET.get("side") == "taken" else "sent"
    context = {
        "agency": agency,
        "side": side,
        "tabs": [
            {"key": "sent", "label": _("Gửi đi"), "url": "?side=sent", "count": sent.count()},
            {"key": "taken", "label": _("Nhận về"), "url": "?side=taken", "count": taken.count()},
        ],
        "page": Paginator(sent if side == "sent" else taken, PAGE).get_page(request.GET.get("page")),
        "may_run": request.subject.may(Right.EXCHANGE_RUN),
    }
    return render(request, "exchange/peer.html", context)


@require_safe
def refused(request: Request) -> HttpResponse:
    """Records the national node did not accept, within the subject's reach: work to do."""
    page = Paginator(refused_rows(request.subject), PAGE).get_page(request.GET.get("page"))
    work = selectors.refused(request.subject, list(page.object_list))
    told = notices(request.subject)
    people = [item.person for item in work] + [item.person for item in told]
    if people:
        record_look(request.subject, people, act="list", purpose=MENDING, detail=request.path)
    context = {
        "page": page,
        "work": work,
        "notices": told,
        "may_close": request.subject.may(Right.CHANGE_PROPOSE),
        "may_approve": request.subject.may(Right.CHANGE_APPROVE),
        "means": own_in_force(request.subject),
        "signer": signer_address(),
    }
    return reaching_signer(render(request, "exchange/refused.html", context))


@require_POST
@sensitive_post_parameters("passphrase")
def again(request: Request, verdict: int) -> HttpResponse:
    """Have a version that was not believed sent again; with a passphrase, under another approval."""
    if "version" in request.POST:
        passphrase, seen = request.POST.get("passphrase", ""), request.POST["version"]
        means = means_of(request.POST.get("means", ""))
        count = actions.approve_again(request.subject, verdict, passphrase, seen, means)
    else:
        count = actions.send_again(request.subject, verdict)
    _tell_again(request, count)
    return redirect("exchange:refused")


def _tell_again(request: Request, count: int) -> None:
    text = ngettext(
        "{n} phiên bản sẽ được gửi lại ở gói kế tiếp.", "{n} phiên bản sẽ được gửi lại ở gói kế tiếp.", count
    )
    messages.success(request, text.format(n=count))


@require_POST
def begin_again(request: Request, verdict: int) -> JsonResponse:
    """What the officer's own machine is to sign to approve a version again."""
    session, means = request.session.session_key or "", means_of(request.POST.get("means", "")) or 0
    seen = request.POST.get("version", "")
    handed = actions.begin_again_locally(request.subject, session, verdict, seen, means)
    record_look(request.subject, [handed.person], act="view", purpose=MENDING, detail=request.path)
    names = dossiers.heads(request.subject).filter(dossier__key=handed.person)
    name = names.values_list("full_name", flat=True).first() or ""
    change = {"statement": handed.statement, "name": name}
    return JsonResponse({"id": handed.pending.pk, "prepared": handed.pending.prepared, "changes": [change]})


@require_POST
def complete_again(request: Request, verdict: int) -> JsonResponse:
    """Send a version again under what the officer's own machine signed; where to go then."""

    def came() -> tuple[UUID, bytes]:
        return pending_of(request.POST.get("id", "")), signature_of(request.POST.get("signature", ""))

    session = request.session.session_key or ""
    _tell_again(request, actions.end_again_locally(request.subject, session, verdict, came))
    return JsonResponse({"next": reverse("exchange:refused")})


@require_POST
def close(request: Request, notice: int) -> HttpResponse:
    """Close a notice that was seen to."""
    actions.close_notice(request.subject, notice)
    messages.success(request, _("Đã khép thông báo."))
    return redirect("exchange:refused")


@require_POST
def retry(request: Request, outbound: int) -> HttpResponse:
    """Send a package again."""
    found = actions.retry_outbound(request.subject, outbound)
    messages.success(request, _("Gói số %(number)s sẽ được gửi lại.") % {"number": found.sequence})
    return redirect("exchange:peer", agency=found.peer.agency_code)


@require_POST
def resend(request: Request, outbound: int) -> HttpResponse:
    """Pack the changes of a package refused whole once more."""
    found = actions.resend(request.subject, outbound)
    messages.success(request, _("Đã đóng gói lại thành gói số %(number)s.") % {"number": found.sequence})
    return redirect("exchange:peer", agency=found.peer.agency_code)
