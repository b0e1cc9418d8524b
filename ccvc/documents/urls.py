"""Routes of the documents room; those of the public check are short and Vietnamese, for they are printed."""

from __future__ import annotations

from django.urls import path

from ccvc.documents import views

app_name = "documents"
urlpatterns = [
    path("kiem-tra/", views.check_form, name="check_form"),
    path("kiem-tra/<str:check_code>/", views.check, name="check"),
    path("documents/", views.list_, name="list"),
    path("documents/many/", views.many, name="many"),
    path("documents/many/draft/", views.many_draft, name="many_draft"),
    path("documents/sign/", views.sign, name="sign"),
    path("documents/seal/", views.seal, name="seal"),
    path("documents/sign/begin/", views.begin, {"act": "sign"}, name="begin_sign"),
    path("documents/sign/complete/", views.complete, {"act": "sign"}, name="complete_sign"),
    path("documents/seal/begin/", views.begin, {"act": "seal"}, name="begin_seal"),
    path("documents/seal/complete/", views.complete, {"act": "seal"}, name="complete_seal"),
    path("documents/pictures/", views.pictures, name="pictures"),
    path("documents/papers/<uuid:paper_id>/copy/", views.copy_paper, name="copy_paper"),
    path("documents/<uuid:document_id>/copy/", views.copy_document, name="copy_document"),
    path("documents/person/<uuid:key>/", views.person, name="person"),
    path("documents/person/<uuid:key>/draft/", views.draft, name="draft"),
    path("documents/runs/<uuid:run_id>/", views.run, name="run"),
    path("documents/runs/<uuid:run_id>/files/", views.run_files, name="run_files"),
    path("documents/<uuid:document_id>/", views.detail, name="detail"),
    path("documents/<uuid:document_id>/file/", views.file, name="file"),
    path("documents/<uuid:document_id>/revoke/", views.revoke, name="revoke"),
]
