"""Addresses of this room: entry page, look and language, the published standard, the gallery."""

from __future__ import annotations

from django.urls import path
from django.views.i18n import set_language

from ccvc.access.public import public
from ccvc.web import views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("language", public(set_language), name="language"),
    path("theme", views.set_theme, name="theme"),
    path("signing/services/", views.signing_services, name="signing_services"),
    path("design", views.gallery, name="design"),
    path("standard/", views.fields, name="standard"),
    path("standard/schema.json", views.schema, name="schema"),
    path("standard/openapi.json", views.openapi, name="openapi"),
    path("standard/example.json", views.example_document, name="example"),
    path("standard/dictionary.xlsx", views.dictionary, name="dictionary"),
    path("standard/changes/", views.changes, name="standard_changes"),
    path("standard/codes/", views.code_lists, name="code_lists"),
    path("standard/codes/<slug:name>", views.code_list, name="code_list"),
    path("standard/codes/<slug:name>.csv", views.code_list_file, name="code_list_file"),
    path("standard/places", views.places, name="places"),
]
