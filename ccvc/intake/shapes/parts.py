"""Sheets with the same columns, one for each department, read as one: how their rows are numbered. Pure."""

from __future__ import annotations

from collections.abc import Sequence

SPAN = 2**21  # more rows than any sheet has


def numbered(part: int, row: int) -> int:
    """The number of a row over all parts (counted from 0)."""
    return part * SPAN + row


def shown(row: int) -> int:
    """The row as the person sees it in its sheet."""
    return row % SPAN


def title_of(titles: Sequence[str], row: int) -> str:
    """The sheet a row stands on."""
    return titles[min(row // SPAN, len(titles) - 1)]


def said(titles: Sequence[str], row: int) -> str:
    """A row in words, with its sheet where there are several."""
    return f"{shown(row)} ({title_of(titles, row)})" if len(titles) > 1 else str(row)
