"""Writing many rows at once with COPY, several times faster than INSERT."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

import psycopg
from django.db import connection, models
from psycopg import sql


def copy_in(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write new rows of a table, as values of these columns, in the transaction that is open."""
    statement = sql.SQL("COPY {table} ({columns}) FROM STDIN").format(
        table=sql.Identifier(model._meta.db_table),  # noqa: SLF001 - Django's public API
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
    )
    with connection.cursor() as wrapped:
        cursor = cast("psycopg.Cursor[tuple[object, ...]]", wrapped.cursor)
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
