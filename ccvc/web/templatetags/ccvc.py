"""`{% load ccvc %}`: every tag and filter of the design system, gathered from `ccvc.web.tags`."""

from __future__ import annotations

from ccvc.web.tags import blocks, charts, forms, parts, values
from ccvc.web.tags.library import register

__all__ = ["blocks", "charts", "forms", "parts", "register", "values"]
