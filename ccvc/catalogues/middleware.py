"""A page is answered by the lists of its moment: what was published meanwhile is taken up first."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from ccvc.catalogues import applying


class CataloguesMiddleware:
    """Takes up newer change sets before a request is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        applying.look()
        return self.get_response(request)
