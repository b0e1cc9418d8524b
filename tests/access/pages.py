"""The node's addresses and a few pages that do what views do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from ccvc.access.domain import Right, require
from ccvc.access.http import Request
from ccvc.access.public import public
from ccvc.node.urls import handler403, handler404, handler500
from ccvc.node.urls import urlpatterns as node_pages
from ccvc.standard.problems import Problem

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]


@public
def open_page(request: Request) -> HttpResponse:
    return HttpResponse(f"{request.subject.username or 'nobody'} {request.request_id}")


def closed_page(request: Request) -> HttpResponse:
    return HttpResponse(f"{request.subject.full_name} {request.subject.request_id}")


def approve(request: Request) -> HttpResponse:
    require(request.subject, Right.CHANGE_APPROVE, "H41.12")
    return HttpResponse("approved")


def missing(_request: HttpRequest) -> HttpResponse:
    raise Problem("ORG-UNIT-UNKNOWN")


def faulty(_request: HttpRequest) -> HttpResponse:
    raise Problem("ORG-DATE", where="on", given="31/02/2026")


def broken(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("hỏng")


urlpatterns = [
    path("try/open", open_page),
    path("try/closed", closed_page),
    path("try/approve", approve),
    path("try/missing", missing),
    path("try/faulty", faulty),
    path("try/broken", broken),
    *node_pages,
]
