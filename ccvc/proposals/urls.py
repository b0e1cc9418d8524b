"""Routes of the proposals room."""

from __future__ import annotations

from django.urls import path

from ccvc.proposals import views

app_name = "proposals"
urlpatterns = [
    path("", views.list_, name="list"),
    path("new/", views.new, name="new"),
    path("template.xlsx", views.template, name="template"),
    path("<uuid:proposal_id>/", views.detail, name="detail"),
]
