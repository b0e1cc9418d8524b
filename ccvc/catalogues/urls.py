"""Routes of the catalogues room."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "catalogues"
urlpatterns: list[URLPattern] = []
