"""What every template knows: the node, the menu, the layout and the look (context processor `node`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_htmx.middleware import HtmxDetails

from ccvc.web import navigation

THEME_COOKIE = "ccvc_theme"
THEMES = ("auto", "light", "dark")
KINDS: dict[str, str | Promise] = {
    "component": _("Cơ sở dữ liệu thành phần"),
    "national": _("Cơ sở dữ liệu quốc gia"),
}


@dataclass(frozen=True)
class Node:
    """The node as pages name it."""

    name: str
    kind: str
    kind_label: str | Promise
    agency: str
    synthetic: bool
    version: str


@cache
def program_version() -> str:
    """Version of the installed program; empty when it runs from a checkout that is not installed."""
    try:
        return version("ccvc")
    except PackageNotFoundError:
        return ""


def this_node() -> Node:
    """The node of this process, from its settings."""
    kind = settings.CCVC_KIND
    return Node(
        name=settings.CCVC_NAME,
        kind=kind,
        kind_label=KINDS[kind],
        agency=settings.CCVC_AGENCY,
        synthetic=settings.CCVC_SYNTHETIC,
        version=program_version(),
    )


def layout(request: HttpRequest) -> str:
    """The template a page extends: the whole page, or its content alone for a part fetched by HTMX."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    part = htmx is not None and bool(htmx) and not htmx.boosted and not htmx.history_restore_request
    return "web/fragment.html" if part else "web/base.html"


def theme(request: HttpRequest) -> str:
    """The look the reader chose: auto, light or dark."""
    chosen = request.COOKIES.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


def node(request: HttpRequest) -> dict[str, Any]:
    """Context processor; the menu is worked out only where a template prints it."""
    subject = getattr(request, "subject", None)
    return {
        "node": this_node(),
        "subject": subject,
        "menu": partial(navigation.sections, subject, request.path),
        "layout": layout(request),
        "theme": theme(request),
    }
