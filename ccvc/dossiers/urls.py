"""Routes of the dossiers room."""

from __future__ import annotations

from django.urls import path

from ccvc.dossiers import views

app_name = "dossiers"
urlpatterns = [
    path("", views.list_, name="list"),
    path("mine/", views.mine, name="mine"),
    path("<uuid:key>/", views.detail, name="detail"),
    path("<uuid:key>/history/", views.history, name="history"),
    path("<uuid:key>/versions/<int:number>/", views.version, name="version"),
]
