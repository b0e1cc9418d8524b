"""Routes of the statistics pages."""

from __future__ import annotations

from django.urls import path

from ccvc.insight import views

app_name = "insight"
urlpatterns = [
    path("", views.statistics, name="statistics"),
    path("table.csv", views.table, name="table"),
]
