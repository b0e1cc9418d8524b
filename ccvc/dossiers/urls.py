"""Routes of the dossiers room."""

from __future__ import annotations

from django.urls import path, re_path

from ccvc.dossiers import histories, listing, views

app_name = "dossiers"
urlpatterns = [
    path("", listing.list_, name="list"),
    re_path(r"^list\.(?P<form>csv|json)$", listing.file, name="file"),
    path("mine/", views.mine, name="mine"),
    path("<uuid:key>/", views.detail, name="detail"),
    path("<uuid:key>/history/", histories.history, name="history"),
    path("<uuid:key>/difference/", histories.difference, name="difference"),
    path("<uuid:key>/difference.json", histories.difference, {"form": "json"}, name="difference_json"),
    path("<uuid:key>/versions/<int:number>/", views.version, name="version"),
]
