"""Every request gets its subject and an id; what is refused becomes a page or JSON, and a record."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url

from ccvc.access.actions import record_denial
from ccvc.access.domain import Subject
from ccvc.access.http import Request, is_part, wants_json
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.standard.problems import Problem

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
FORBIDDEN, NOT_FOUND = 403, 404
UNKNOWN = ("-UNKNOWN", "-NOT-FOUND", "-MISSING", "-NO-VERSION", "-GROUP")
STATUS = {
    "ACC-DENIED": FORBIDDEN,
    "ACC-SIGN-IN": 401,
    "CHG-ROLE": FORBIDDEN,
    "CHG-OWN-DOSSIER": FORBIDDEN,
    "LED-NO-ENTRY": NOT_FOUND,
    "LED-NO-ALARM": NOT_FOUND,
}
INTO_NOTICES = {"HX-Retarget": "#notices", "HX-Reswap": "innerHTML", "HX-Reselect": ".problem"}


class RequestSubjectMiddleware:
    """Sets `request.subject` and `request.request_id`; lets nobody but a signed-in account past, save where
    the view is marked `@public`; turns a Problem into an answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Give the request its subject and the answer its request id."""
        asked = cast("Request", request)
        asked.request_id = _request_id(request)
        user = request.user
        asked.subject = (
            subject_of(user, request_id=asked.request_id) if isinstance(user, User) else Subject.anonymous()
        )
        response = self.get_response(request)
        response["X-Request-ID"] = asked.request_id
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Ask for a sign-in, unless the page is public."""
        if not cast("Request", request).subject.is_anonymous or not getattr(view, "login_required", True):
            return None
        return _ask_to_sign_in(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a Problem in words; anything else is not ours."""
        if not isinstance(exception, Problem):
            return None
        asked = cast("Request", request)
        return answer(asked, beside(asked, exception), status_of(exception.code))


def beside(request: Request, problem: Problem, form: Form | None = None) -> Problem:
    """A problem a page shows beside what was filled in; what is denied, or not there, is recorded all the same.

    Where it names an input of the form, it is said where by what people read there.
    """
    if form is not None and problem.where in form.fields:
        problem.where = str(form.fields[problem.where].label)
    if status_of(problem.code) in {FORBIDDEN, NOT_FOUND}:
        record_denial(request.subject, f"{problem.code} {request.method} {request.path}")
    return problem


def status_of(code: str) -> int:
    """HTTP status of a Problem: not signed in, denied, not found, in conflict, or not processable."""
    if code.endswith(UNKNOWN):
        return NOT_FOUND
    return STATUS.get(code, 409 if code.endswith("-CONFLICT") else 422)


def answer(request: Request, problem: Problem, status: int) -> HttpResponse:
    """A Problem as JSON for a program, as a box among the notices for a part of a page, else as a page."""
    if wants_json(request):
        return JsonResponse(problem.as_json(), status=status)
    if is_part(request):
        response = render(request, "web/problem_box.html", {"problem": problem}, status=status)
        for name, value in INTO_NOTICES.items():
            response[name] = value
        return response
    page = "access/denied.html" if status == FORBIDDEN else "web/problem.html"
    return render(request, page, {"problem": problem}, status=status)


def _request_id(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-ID", "")
    return given if REQUEST_ID.fullmatch(given) else str(uuid4())


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    address = resolve_url(settings.LOGIN_URL)
    if wants_json(request):
        problem = Problem("ACC-SIGN-IN", address=address)
        return JsonResponse(problem.as_json(), status=status_of(problem.code))
    if "HX-Request" in request.headers:
        target = f"{address}?{urlencode({'next': _page(request)})}"
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(f"{address}?{urlencode({'next': request.get_full_path()})}")


def _page(request: HttpRequest) -> str:
    """The page an HTMX request came from, as a path of this node."""
    parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
