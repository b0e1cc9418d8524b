"""The mark of a page that needs no sign-in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required as public

__all__ = ["public"]
