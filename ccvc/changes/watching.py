"""Pages that watch over changes: what is late, what one was told, what was refused."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from ccvc.access.actions import record_look
from ccvc.access.http import Request
from ccvc.access.wording import language
from ccvc.changes import selectors
from ccvc.changes.actions.noticing import read_all
from ccvc.changes.domain import STEP_LABELS
from ccvc.changes.models import Notice, Reminded
from ccvc.changes.overseen import matter_of, overseen
from ccvc.changes.procedures import RIGHTS
from ccvc.changes.views import PAGE
from ccvc.standard.problems import gist

ACTS = {
    **STEP_LABELS,
    "propose": gettext_lazy("Đề nghị"),
    "prepare": gettext_lazy("Xem để ký"),
    "prove": gettext_lazy("Gắn giấy tờ"),
    "unprove": gettext_lazy("Gỡ giấy tờ"),
    "again": gettext_lazy("Gửi lại"),
    "correct": gettext_lazy("Đính chính"),
    "waive": gettext_lazy("Cho phép thiếu giấy tờ"),
    "bulk": gettext_lazy("Xử lý nhiều đề nghị"),
    "more": gettext_lazy("Nhiều lần khác trong ngày"),
}
WATCHING = "Theo dõi thời hạn xử lý"


@require_safe
def late(request: Request) -> HttpResponse:
    """Changes within reach that are late, and dossiers whose person has not declared yet."""
    page = Paginator(selectors.late(request.subject), PAGE).get_page(request.GET.get("page"))
    undeclared = selectors.undeclared(request.subject)
    keys = sorted({c.person_key for c in page} | {one.person_key for one in undeclared})
    record_look(request.subject, keys, act="list", purpose=WATCHING)
    context = {"page": page, "undeclared": undeclared, "elsewhere": overseen(request.subject)}
    return render(request, "changes/late.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: Request) -> HttpResponse:
    """What this account was told of time limits; posting marks all of it as read."""
    if request.method == "POST":
        read_all(request.subject)
        return redirect("changes:notices")
    page = Paginator(selectors.notices(request.subject), PAGE).get_page(request.GET.get("page"))
    rows = [(one, matter_of(one.step), _place(one)) for one in page]
    return render(request, "changes/notices.html", {"page": page, "rows": rows})


def _place(notice: Notice) -> str:
    """The page where what a notice tells of is seen to."""
    matter = matter_of(notice.step)
    upwards = notice.urgency == Reminded.ESCALATED and notice.step in RIGHTS
    return reverse("changes:late") if upwards else f"{reverse(matter.address)}{matter.query}"


@require_safe
def refusals(request: Request) -> HttpResponse:
    """Acts on changes that were refused, within reach."""
    page = Paginator(selectors.refusals(request.subject), PAGE).get_page(request.GET.get("page"))
    rows = [(one, ACTS.get(one.act, one.act), gist(one.code, language())) for one in page]
    return render(request, "changes/refusals.html", {"page": page, "rows": rows})
