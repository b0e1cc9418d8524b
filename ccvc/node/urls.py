"""Every page of a node, room by room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

ROUTES = {
    "accounts": "",
    "access": "",
    "organisations": "organisation/",
    "means": "signing/",
    "dossiers": "dossiers/",
    "evidence": "papers/",
    "changes": "changes/",
    "inspection": "inspection/",
    "documents": "",
    "catalogues": "catalogues/",
    "intake": "intake/",
    "exchange": "exchange/",
    "registry": "register/",
    "insight": "statistics/",
    "headcount": "headcount/",
    "transfers": "transfers/",
    "quality": "quality/",
    "closings": "closings/",
    "candidates": "candidates/",
    "worklists": "worklists/",
    "proposals": "proposals/",
    "decisions": "decisions/",
    "web": "",
}


urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(f"ccvc.{room}.urls")) for room, prefix in ROUTES.items()
]
handler404 = "ccvc.web.views.not_found"
handler403 = "ccvc.web.views.forbidden"
handler500 = "ccvc.web.views.server_error"
