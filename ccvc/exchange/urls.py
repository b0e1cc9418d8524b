"""Routes of the exchange pages."""

from __future__ import annotations

from django.urls import path

from ccvc.exchange.views import pages

app_name = "exchange"
urlpatterns = [
    path("", pages.status, name="status"),
    path("lists/", pages.lists, name="lists"),
    path("refused/", pages.refused, name="refused"),
    path("peers/<str:agency>/", pages.peer, name="peer"),
    path("refused/<int:verdict>/again/", pages.again, name="again"),
    path("refused/<int:verdict>/again/begin/", pages.begin_again, name="begin_again"),
    path("refused/<int:verdict>/again/complete/", pages.complete_again, name="complete_again"),
    path("notices/<int:notice>/close/", pages.close, name="close"),
    path("packages/<int:outbound>/retry/", pages.retry, name="retry"),
    path("packages/<int:outbound>/resend/", pages.resend, name="resend"),
]
