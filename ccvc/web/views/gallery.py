"""The gallery of components, for those who build pages and those who judge them."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ccvc.access.public import public
from ccvc.web import examples, icons, states


@public
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Each component with invented data; only where the people are invented too, or in development."""
    if not (settings.DEBUG or settings.CCVC_SYNTHETIC):
        raise Http404
    faulty = examples.ExampleForm({"name": "", "birth": "32/13/1985"})
    context = {
        **examples.context(),
        "form": examples.ExampleForm(),
        "faulty": faulty,
        "page": Paginator(range(2_073_460), 50).get_page(request.GET.get("page", 7)),
        "icons": icons.icons(),
        "states": states.LOOKS,
    }
    return render(request, "web/design.html", context)
