"""Routes of the work lists."""

from __future__ import annotations

from django.urls import path

from ccvc.worklists import calendars, views

app_name = "worklists"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("mine/", views.mine, name="mine"),
    path("wishes/", calendars.wishes, name="wishes"),
    path("calendar/<str:secret>.ics", calendars.private, name="private"),
    path("people/<uuid:key>/", views.person, name="person"),
    path("<slug:name>/", views.list_, name="list"),
    path("<slug:name>.csv", views.file, {"form": "csv"}, name="csv"),
    path("<slug:name>.xlsx", views.file, {"form": "xlsx"}, name="xlsx"),
    path("<slug:name>.ics", calendars.of_list, name="calendar"),
]
