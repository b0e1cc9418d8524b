"""Routes of hand-overs and the drawer."""

from __future__ import annotations

from django.urls import path

from ccvc.transfers import views

app_name = "transfers"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("drawer/", views.drawer, name="drawer"),
    path("ask/", views.ask, name="ask"),
    path("requests/<uuid:request_id>/decline/", views.decline, name="decline"),
    path("person/<uuid:key>/", views.person, name="person"),
    path("person/<uuid:key>/offer/", views.offer, name="offer"),
    path("<uuid:transfer_id>/", views.handover, name="handover"),
    path("<uuid:transfer_id>/accept/", views.accept, name="accept"),
    path("<uuid:transfer_id>/refuse/", views.refuse, name="refuse"),
    path("<uuid:transfer_id>/twin/", views.twin, name="twin"),
    path("<uuid:transfer_id>/restore/", views.restore, name="restore"),
    path("<uuid:transfer_id>/entries/", views.entries, name="entries"),
    path("<uuid:transfer_id>/withdraw/", views.withdraw, name="withdraw"),
]
