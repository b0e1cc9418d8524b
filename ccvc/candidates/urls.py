"""Routes of the candidates room."""

from __future__ import annotations

from django.urls import path

from ccvc.candidates import views

app_name = "candidates"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/", views.new, name="new"),
    path("saved/<uuid:saved_id>/", views.saved, name="saved"),
    path("<uuid:search_id>/", views.results, name="results"),
    path("<uuid:search_id>/compare/", views.compare, name="compare"),
    path("<uuid:search_id>/file.xlsx", views.file, name="file"),
]
