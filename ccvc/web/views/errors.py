"""Pages for what cannot be shown: each says what happened and what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from ccvc.web.context import this_node


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django hands it over
    """No page has this address; what was asked for is not repeated."""
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django hands it over
    """The page is not for this account."""
    return render(request, "403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django hands it over
    """Something broke: rendered without context processors, which may be what broke."""
    return HttpResponse(render_to_string("500.html", {"node": this_node()}), status=500)
