"""What the standard looks like to others: OpenAPI components, data dictionary, changes between versions."""

from __future__ import annotations

from ccvc.standard.publication.changes import Change, changes
from ccvc.standard.publication.dictionary import dictionary
from ccvc.standard.publication.openapi import openapi

__all__ = ["Change", "changes", "dictionary", "openapi"]
