"""Acts on headcount."""

from __future__ import annotations

from ccvc.headcount.actions.assigning import MOST, Decision, assign
from ccvc.headcount.actions.holding import Authority, full, hold, pass_stops
from ccvc.headcount.actions.loading import load

__all__ = ["MOST", "Authority", "Decision", "assign", "full", "hold", "load", "pass_stops"]
