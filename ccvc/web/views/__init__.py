"""Pages of this room."""

from __future__ import annotations

from ccvc.web.views.entry import home, set_theme
from ccvc.web.views.errors import forbidden, not_found, server_error
from ccvc.web.views.gallery import gallery
from ccvc.web.views.services import signing_services
from ccvc.web.views.standard import (
    changes,
    code_list,
    code_list_file,
    code_lists,
    dictionary,
    example_document,
    fields,
    openapi,
    places,
    schema,
)

__all__ = [
    "changes",
    "code_list",
    "code_list_file",
    "code_lists",
    "dictionary",
    "example_document",
    "fields",
    "forbidden",
    "gallery",
    "home",
    "not_found",
    "openapi",
    "places",
    "schema",
    "server_error",
    "set_theme",
    "signing_services",
]
