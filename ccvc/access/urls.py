"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from ccvc.access import granting, views

app_name = "access"
urlpatterns = [
    path("me/looks", views.my_looks, name="looks"),
    path("me/roles", views.my_roles, name="my_roles"),
    path("grants/", granting.grants, name="grants"),
    path("grants/<int:grant_id>/capacity", granting.capacity, name="capacity"),
    path("looks/<uuid:key>", views.looks_at, name="looks_at"),
]
