"""Routes of the exchange endpoint, served on its own port under TLS; nothing else is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from ccvc.exchange.views import endpoint

urlpatterns = [
    path("exchange/v1/packages", endpoint.packages),
    path("exchange/v1/mailbox", endpoint.mailbox),
    path("exchange/v1/state", endpoint.state),
    path("exchange/v1/heads", endpoint.heads),
    path("exchange/v1/trust", endpoint.trust),
    path("exchange/v1/health", endpoint.health),
]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Any other address."""
    return HttpResponse(b'{"code":"not_found"}', content_type="application/json", status=404)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A fault of this node: the sender tries again later."""
    return HttpResponse(b'{"code":"server_error"}', content_type="application/json", status=500)


handler404 = not_found
handler500 = server_error
