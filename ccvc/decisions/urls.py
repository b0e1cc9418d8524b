"""Routes of the decisions room."""

from __future__ import annotations

from django.urls import path

from ccvc.decisions import views

app_name = "decisions"
urlpatterns = [
    path("", views.list_, name="list"),
    path("mine/", views.mine, name="mine"),
    path("new/", views.new, name="new"),
    path("reorganised/<uuid:key>/", views.reorganised, name="reorganised"),
    path("<uuid:decision_id>/", views.detail, name="detail"),
    path("<uuid:decision_id>/edit/", views.edit, name="edit"),
    path("<uuid:decision_id>/amend/", views.amend, name="amend"),
    path("<uuid:decision_id>/people/", views.people, name="people"),
    path("<uuid:decision_id>/paper/", views.paper, name="paper"),
    path("<uuid:decision_id>/sign/", views.sign, name="sign"),
    path("<uuid:decision_id>/sign/begin/", views.begin, name="begin_sign"),
    path("<uuid:decision_id>/sign/complete/", views.complete, name="complete_sign"),
    path("<uuid:decision_id>/submit/", views.act, {"step": "submit"}, name="submit"),
    path("<uuid:decision_id>/return/", views.act, {"step": "return"}, name="return"),
    path("<uuid:decision_id>/take-back/", views.act, {"step": "take-back"}, name="take_back"),
    path("<uuid:decision_id>/discard/", views.act, {"step": "discard"}, name="discard"),
    path("<uuid:decision_id>/people/<uuid:key>/pass/", views.let_pass, name="pass"),
    path("<uuid:decision_id>/people/<uuid:key>/answer/", views.testify, name="testify"),
]
