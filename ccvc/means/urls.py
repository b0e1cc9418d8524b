"""Addresses of this room."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from ccvc.means import views

app_name = "means"


class Whose(StringConverter):
    """One's own, or the agency's seal."""

    regex = "mine|seal"


class Kind(StringConverter):
    """What a page takes in."""

    regex = "pkcs12|pkcs11|remote"


register_converter(Whose, "whose")
register_converter(Kind, "kind")
urlpatterns = [
    path("mine/", views.listing, {"whose": "mine"}, name="mine"),
    path("seal/", views.listing, {"whose": "seal"}, name="seal"),
    path("<whose:whose>/local/begin/", views.begin, name="begin"),
    path("<whose:whose>/local/complete/", views.complete, name="complete"),
    path("<whose:whose>/add/<kind:kind>/", views.add, name="add"),
    path("<whose:whose>/<int:means_id>/default/", views.default, name="default"),
    path("<whose:whose>/<int:means_id>/end/", views.end, name="end"),
]
