"""Routes of the changes room."""

from __future__ import annotations

from django.urls import path, re_path

from ccvc.changes import declaring, proving, signing, views

app_name = "changes"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("mine/", views.mine, name="mine"),
    path("approve/", signing.approve, name="approve"),
    path("sign/", signing.sign, name="sign"),
    path("waive/", signing.waive, name="waive"),
    path("sign/begin/", signing.begin, name="begin"),
    path("sign/complete/", signing.complete, name="complete"),
    re_path("^act/(?P<step>check|verify|return|withdraw)/$", views.act, name="act"),
    path("batches/<uuid:batch_id>/", views.batch, name="batch"),
    path("declare/<uuid:key>/<slug:group>/", declaring.declare, name="declare"),
    path("declare/<uuid:key>/<slug:group>/<slug:table>/<slug:row_id>/", declaring.row, name="row"),
    path("<uuid:change_id>/", views.detail, name="detail"),
    path("<uuid:change_id>/papers/", proving.prove, name="prove"),
    path("<uuid:change_id>/papers/<uuid:paper_id>/", proving.paper, name="paper"),
    path("<uuid:change_id>/papers/<uuid:paper_id>/take-back/", proving.unprove, name="unprove"),
]
