"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from ccvc.organisations import views

app_name = "organisations"
urlpatterns = [
    path("", views.tree, name="tree"),
    path("branch", views.branch, name="branch"),
    path("units/<uuid:key>", views.unit, name="unit"),
    path("difference", views.difference, name="difference"),
    path("reorganisations/", views.reorganisations, name="reorganisations"),
    path("reorganisations/new", views.new_reorganisation, name="new_reorganisation"),
    path("reorganisations/<uuid:key>/", views.reorganisation, name="reorganisation"),
    path("reorganisations/<uuid:key>/approve", views.approve, name="approve"),
    path("reorganisations/<uuid:key>/withdraw", views.withdraw, name="withdraw"),
    path("reorganisations/<uuid:key>/undo", views.undo, name="undo"),
]
