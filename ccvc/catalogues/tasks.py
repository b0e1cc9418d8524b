"""What a node does again and again for its code lists. Safe to run at once."""

from __future__ import annotations

from django.conf import settings

from ccvc.catalogues import applying
from ccvc.catalogues.actions import count_affected


def keep_up() -> None:
    """Take up newer change sets; on a component count whom closed codes affect."""
    applying.refresh()
    if settings.CCVC_KIND == "component":
        count_affected()
