"""The people of the candidates' world, built once for a file of tests."""

from __future__ import annotations

from tests.candidates.conftest import agency

__all__ = ["agency"]
