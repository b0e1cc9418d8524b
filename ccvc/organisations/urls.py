"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from ccvc.organisations import views

app_name = "organisations"
urlpatterns = [
    path("", views.tree, name="tree"),
    path("branch", views.branch, name="branch"),
    path("units/<uuid:key>", views.unit, name="unit"),
    path("units/<uuid:key>/positions/", views.positions, name="positions"),
    path("units/<uuid:key>/positions/new", views.position, name="position"),
    path("units/<uuid:key>/positions/end", views.end_position, name="end_position"),
    path("difference", views.difference, name="difference"),
    path("reorganisations/", views.reorganisations, name="reorganisations"),
    path("reorganisations/new", views.new_reorganisation, name="new_reorganisation"),
    path("reorganisations/<uuid:key>/", views.reorganisation, name="reorganisation"),
    path("reorganisations/<uuid:key>/approve", views.approve, name="approve"),
    path("reorganisations/<uuid:key>/approve/begin/", views.begin_approve, name="begin_approve"),
    path("reorganisations/<uuid:key>/approve/complete/", views.complete_approve, name="complete_approve"),
    path("reorganisations/<uuid:key>/withdraw", views.withdraw, name="withdraw"),
    path("reorganisations/<uuid:key>/undo", views.undo, name="undo"),
]
