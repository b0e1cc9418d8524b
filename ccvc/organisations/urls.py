"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from ccvc.organisations import views

app_name = "organisations"
urlpatterns = [
    path("", views.tree, name="tree"),
    path("branch", views.branch, name="branch"),
    path("units/<uuid:key>", views.unit, name="unit"),
]
