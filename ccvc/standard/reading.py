"""What a document says at a path of the standard: the value of a field, the rows of a table, a cell of a row.

A field without a value is None, whether it was left out or said to be none, unknown or withheld.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccvc.standard.versions import current

Document = Mapping[str, Any]
Row = Mapping[str, Any]


def present(value: Any) -> Any:
    """A value, or None for the three states of not being there."""
    return None if type(value) is dict and "state" in value else value


def cell(holder: Row, name: str) -> Any:
    """The present value of a cell of a row, or of a field of a group."""
    value = holder.get(name)
    return (
        None if type(value) is dict and "state" in value else value
    )  # `present`, without the call: rules ask a lot


def group_of(document: Document, name: str) -> Row:
    """The fields and tables of a group; empty where the document has none of it."""
    found: Row = document.get(name) or {}
    return found


def value_at(document: Document, path: str) -> Any:
    """The present value at a path: "employment.category"."""
    name, _, field = path.partition(".")
    group = document.get(name)
    return cell(group, field) if group else None


def rows_at(document: Document, path: str) -> list[Row]:
    """The rows of a table: "employment.disciplines"; none where it is not there or only a state."""
    name, _, table = path.partition(".")
    group = document.get(name)
    found = group.get(table) if group else None
    return found if isinstance(found, list) else []


def has_left(status: str | None) -> bool:
    """Whether a working status (a code of "working_status") says that somebody serves no more."""
    row = current().codes["working_status"].get(status) if status else None
    return row is not None and row.extra.get("serving") == "no"


def serving() -> list[str]:
    """The working statuses of those who serve."""
    return _statuses("yes")


def left() -> list[str]:
    """The working statuses of those who serve no more; some statuses say neither."""
    return _statuses("no")


def _statuses(serve: str) -> list[str]:
    return [row.code for row in current().codes["working_status"] if row.extra.get("serving") == serve]
