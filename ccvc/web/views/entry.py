"""The entry page and the reader's choice of look."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from ccvc.access.actions import record_look
from ccvc.access.domain import Right
from ccvc.access.public import public
from ccvc.closings.notices import notice_for
from ccvc.web.context import THEME_COOKIE, THEMES
from ccvc.web.views.services import services_notice
from ccvc.worklists.presentation import next_days

YEAR = 365 * 86400
OWN = "Xem mốc thời hạn của chính mình"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What the signed-in person can do here, as cards."""
    subject = getattr(request, "subject", None)
    administers = subject is not None and subject.may(Right.NODE_ADMIN)
    days = next_days(subject)
    if subject is not None and subject.person_key is not None and days:
        record_look(subject, [subject.person_key], purpose=OWN, detail=request.path)
    context = {
        "closing": notice_for(subject),
        "next_days": days,
        "stamping": services_notice(subject),
        "may_administer": administers,
    }
    return render(request, "web/home.html", context)


@public
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen look in a cookie and go back to the page, as its address stands by now."""
    target = request.POST.get("next") or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    response = redirect(target if safe else "web:home")
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(THEME_COOKIE, chosen, max_age=YEAR, samesite="Lax", httponly=True)
    return response
