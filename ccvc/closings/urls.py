"""Routes of the closing pages."""

from __future__ import annotations

from django.urls import path

from ccvc.closings import national, views

app_name = "closings"
urlpatterns = [
    path("", views.list_, name="list"),
    path("overview/", national.overview, name="overview"),
    path("agencies/<str:agency>/decide/", national.decide, name="decide"),
    path("agencies/<str:agency>/<str:month>/", national.agency, name="agency"),
    path("<str:month>/", views.month, name="month"),
    path("<str:month>/changes/", views.changes, name="changes"),
    path("<str:month>/differences/", views.differences, name="differences"),
    path("<str:month>/prepare/", views.prepare, name="prepare"),
    path("<str:month>/sign/", views.sign, name="sign"),
    path("<str:month>/sign/begin/", views.begin, name="begin"),
    path("<str:month>/sign/complete/", views.complete, name="complete"),
]
