"""Routes of the intake room."""

from __future__ import annotations

from django.urls import path

from ccvc.intake import views

app_name = "intake"
urlpatterns = [
    path("", views.intakes, name="list"),
    path("new/", views.new, name="new"),
    path("template/", views.template, name="template"),
    path("<uuid:intake_id>/", views.detail, name="detail"),
    path("<uuid:intake_id>/mapping/", views.mapping, name="mapping"),
    path("<uuid:intake_id>/again/", views.again, name="again"),
    path("<uuid:intake_id>/review/", views.review, name="review"),
    path("<uuid:intake_id>/outlook/", views.outlook, name="outlook"),
    path("<uuid:intake_id>/outlook/file/", views.outlook_file, name="outlook-file"),
    path("<uuid:intake_id>/corrected/", views.corrected, name="corrected"),
    path("<uuid:intake_id>/propose/", views.propose, name="propose"),
]
