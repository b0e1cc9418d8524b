"""Routes of the changes room."""

from __future__ import annotations

from django.urls import path, re_path

from ccvc.changes import again, confirming, declaring, proving, regulating, signing, views, watching

app_name = "changes"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("mine/", views.mine, name="mine"),
    path("approve/", signing.approve, name="approve"),
    path("sign/", signing.sign, name="sign"),
    path("waive/", signing.waive, name="waive"),
    path("sign/begin/", signing.begin, name="begin"),
    path("sign/complete/", signing.complete, name="complete"),
    re_path("^act/(?P<step>check|verify|return|back|withdraw)/$", views.act, name="act"),
    path("procedures/", regulating.procedures, name="procedures"),
    path("procedures/new/", regulating.new_procedure, name="new_procedure"),
    path("procedures/<int:procedure_id>/end/", regulating.end_procedure, name="end_procedure"),
    path("delegations/", regulating.delegations, name="delegations"),
    path("delegations/new/", regulating.new_delegation, name="new_delegation"),
    path("delegations/<int:delegation_id>/paper/", regulating.delegation_paper, name="delegation_paper"),
    path("delegations/<int:delegation_id>/end/", regulating.end_delegation, name="end_delegation"),
    path("confirm/", confirming.waiting, name="confirming"),
    re_path("^confirm/(?P<answer>confirm|object)/$", confirming.answer, name="answer"),
    path("late/", watching.late, name="late"),
    path("notices/", watching.notices, name="notices"),
    path("refusals/", watching.refusals, name="refusals"),
    path("<uuid:change_id>/again/", again.resubmit, name="again"),
    path("batches/<uuid:batch_id>/", views.batch, name="batch"),
    path("declare/<uuid:key>/<slug:group>/", declaring.declare, name="declare"),
    path("declare/<uuid:key>/<slug:group>/<slug:table>/<slug:row_id>/", declaring.row, name="row"),
    path("<uuid:change_id>/", views.detail, name="detail"),
    path("<uuid:change_id>/papers/", proving.prove, name="prove"),
    path("<uuid:change_id>/papers/<uuid:paper_id>/", proving.paper, name="paper"),
    path("<uuid:change_id>/papers/<uuid:paper_id>/take-back/", proving.unprove, name="unprove"),
]
