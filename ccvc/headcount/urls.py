"""Routes of the headcount pages."""

from __future__ import annotations

from django.urls import path

from ccvc.headcount import views

app_name = "headcount"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("table.xlsx", views.workbook, name="workbook"),
    path("assign", views.assign, name="assign"),
]
