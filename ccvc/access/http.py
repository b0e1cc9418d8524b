"""What a request carries once it has passed this room."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from ccvc.access.domain import Subject


class Request(HttpRequest):
    """A request with its acting subject; views take this type."""

    subject: Subject
    request_id: str
    htmx: HtmxDetails


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks rather than a person."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def is_part(request: HttpRequest) -> bool:
    """Whether HTMX asks for a part of a page."""
    return "HX-Request" in request.headers and "HX-Boosted" not in request.headers
