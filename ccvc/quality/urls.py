"""Routes of the quality pages."""

from __future__ import annotations

from django.urls import path

from ccvc.quality import papers, views

app_name = "quality"
urlpatterns = [
    path("", views.list_, name="list"),
    path("scores/", views.scores, name="scores"),
    path("papers/", papers.papers, name="papers"),
    path("papers.xlsx", papers.workbook, name="papers_workbook"),
    path("people/<uuid:key>/", views.person, name="person"),
    path("preview/", views.preview, name="preview"),
    path("accept/", views.accept, name="accept"),
    path("findings/<int:finding>/aside/", views.aside, name="aside"),
    path("findings/<int:finding>/reopen/", views.reopen, name="reopen"),
    path("send/<str:agency>/", views.send, name="send"),
]
