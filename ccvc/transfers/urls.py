"""Routes of hand-overs and the drawer."""

from __future__ import annotations

app_name = "transfers"
urlpatterns: list[object] = []
