"""Routes of the evidence room."""

from __future__ import annotations

from django.urls import path

from ccvc.evidence import views

app_name = "evidence"
urlpatterns = [
    path("person/<uuid:key>/", views.person, name="person"),
    path("<uuid:paper_id>/", views.open_, name="open"),
    path("<uuid:paper_id>/take-back/", views.take_back, name="take_back"),
]
