"""Kinds of rules: what the data files choose from. Each makes of a rule a function from a document to what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ccvc.standard.quality.kinds import codes, dates, rows, texts, values
from ccvc.standard.quality.kinds.making import Make

KINDS: Mapping[str, Make] = MappingProxyType(
    {**dates.KINDS, **values.KINDS, **rows.KINDS, **codes.KINDS, **texts.KINDS}
)

__all__ = ["KINDS"]
