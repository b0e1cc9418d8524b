"""Acts on headcount."""

from __future__ import annotations

from ccvc.headcount.actions.assigning import MOST, Decision, assign
from ccvc.headcount.actions.loading import load

__all__ = ["MOST", "Decision", "assign", "load"]
