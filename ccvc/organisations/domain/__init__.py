"""Pure rules of this room: electronic codes and kinds of units, and what a reorganisation makes of a tree."""

from __future__ import annotations

from ccvc.organisations.domain.codes import (
    KIND_LABELS,
    LONGEST_CODE,
    Kind,
    Period,
    agency_of,
    check_placed,
    is_below,
    old_code,
    parse_code,
    written,
)

__all__ = [
    "KIND_LABELS",
    "LONGEST_CODE",
    "Kind",
    "Period",
    "agency_of",
    "check_placed",
    "is_below",
    "old_code",
    "parse_code",
    "written",
]
