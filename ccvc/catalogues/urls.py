"""Routes of the catalogues room."""

from __future__ import annotations

from django.urls import path

from ccvc.catalogues import views

app_name = "catalogues"
urlpatterns = [
    path("", views.published, name="published"),
    path("publish/", views.publish, name="publish"),
    path("meanings/", views.meanings, name="meanings"),
    path("meanings/new/", views.meaning, name="meaning"),
    path("meanings/decide/", views.decide, name="decide"),
]
