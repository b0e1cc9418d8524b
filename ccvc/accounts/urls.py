"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from ccvc.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-out", views.sign_out, name="sign_out"),
]
