"""Routes of the registry's pages."""

from __future__ import annotations

from django.urls import path

from ccvc.registry import histories, views

app_name = "registry"
urlpatterns = [
    path("components", views.components, name="components"),
    path("people", views.people, name="people"),
    path("people/purpose", views.purpose, name="purpose"),
    path("people/<uuid:key>", views.person, name="person"),
    path("people/<uuid:key>/history", histories.history, name="history"),
    path("people/<uuid:key>/difference", histories.difference, name="difference"),
    path("people/<uuid:key>/difference.json", histories.difference, {"form": "json"}, name="difference_json"),
    path("conflicts", views.conflicts, name="conflicts"),
]
