"""Routes of the inspection room."""

from __future__ import annotations

from django.urls import path

from ccvc.inspection import traces, views

app_name = "inspection"
urlpatterns = [
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/entries/<int:index>/proof", views.entry, name="entry"),
    path("ledger/alarms/<int:alarm>/close", views.close, name="close"),
    path("people/<uuid:key>/", views.person, name="person"),
    path("people/<uuid:key>/proof", views.bundle, name="bundle"),
    path("verifier/<str:verifier>", views.verifier, name="verifier"),
    path("trace/", traces.trace, name="trace"),
]
