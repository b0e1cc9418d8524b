"""What somebody who owns the database can do, and the program cannot: rows change though their table refuses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def behind_the_back() -> Iterator[None]:
    """No trigger fires and no reference is kept, until the block ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def tamper(statement: str, *values: Any) -> int:
    """One statement behind the program's back; how many rows it changed."""
    with behind_the_back(), connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.rowcount
