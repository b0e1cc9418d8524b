"""Calendars and wishes: a list's days as a file, the private calendar address, how one wants to be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotFound
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ccvc.access.domain import Right, Subject, denied
from ccvc.access.http import Request
from ccvc.access.middleware import beside, status_of
from ccvc.access.public import public
from ccvc.standard.problems import Problem
from ccvc.worklists import actions, presentation, selectors
from ccvc.worklists.ics import Event, calendar


@require_safe
def of_list(request: Request, name: str) -> HttpResponse:
    """The days of a list as a calendar file: numbers and links, nobody named."""
    work = selectors.open_list(request.subject, name)
    today = timezone.localdate()
    days = selectors.days_of(request.subject, [work], today)
    now = timezone.now()
    found = presentation.events(days, settings.CCVC_PAGES_ADDRESS, settings.CCVC_AGENCY)
    told = [replace(one, sequence=actions.sequence_of(now)) for one in found]
    return _answer(presentation.label_of(work), told, now, f"{name}.ics")


@public
@require_safe
def private(_request: Request, secret: str) -> HttpResponse:
    """A private calendar: the lists of whoever the secret belongs to, by number, and their own days."""
    subject = selectors.reader_of(secret)
    if subject is None or subject.user_id is None:
        return HttpResponseNotFound(content_type="text/plain")
    now = timezone.now()
    response = _answer("CCVC", actions.tell_calendar(subject.user_id, _all(subject), now), now, "ccvc.ics")
    response["Cache-Control"] = "private, no-store"
    return response


def _all(subject: Subject) -> Iterable[Event]:
    address, agency = settings.CCVC_PAGES_ADDRESS, settings.CCVC_AGENCY
    if subject.may(Right.WORKLIST_SEE):
        works = [one for one in selectors.open_lists(subject) if one.told]
        days = selectors.days_of(subject, works, timezone.localdate())
        yield from presentation.events(days, address, agency)
    if subject.person_key is not None:
        own = selectors.own_dates(subject)
        yield from presentation.own_events(own, subject.person_key, address, agency)


def _answer(name: str, found: Iterable[Event], at: datetime, file_name: str) -> HttpResponse:
    content = calendar(name, found, at=at, alarm_days=presentation.ALARM_DAYS)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: Request) -> HttpResponse:
    """How the account wants to be told; a new calendar address is shown once, on the page that made it."""
    subject = request.subject
    if not (subject.may(Right.WORKLIST_SEE) or subject.may_own(Right.WORKLIST_SEE)):
        raise denied(Right.WORKLIST_SEE)
    problem, status, secret = None, 200, ""
    if request.method == "POST":
        try:
            secret = _act(request)
        except Problem as refusal:
            problem, status = beside(request, refusal), status_of(refusal.code)
        else:
            if not secret:
                messages.success(request, _("Đã lưu."))
                return redirect("worklists:wishes")
    context = {
        "wish": selectors.wish_of(subject),
        "typed": request.POST.get("address"),
        "address": f"{settings.CCVC_PAGES_ADDRESS}{reverse('worklists:private', args=[secret])}"
        if secret
        else "",
        "mail_works": bool(settings.EMAIL_HOST),
        "problem": problem,
    }
    return render(request, "worklists/wishes.html", context, status=status)


def _act(request: Request) -> str:
    """Do what was asked; the secret of a new calendar address, else nothing."""
    act, subject = request.POST.get("act"), request.subject
    if act == "mail":
        actions.wish_mail(subject, request.POST.get("address", ""))
    elif act == "new_calendar":
        return actions.new_calendar(subject)
    elif act == "end_calendar":
        actions.end_calendar(subject)
    else:
        raise Problem("WRK-ACT")
    return ""
