"""The standard: what a dossier holds, declared once. Pure; everything above derives from it."""

from __future__ import annotations

from ccvc.standard.problems import Problem

__all__ = ["Problem"]
