"""Writing many rows at once with COPY, several times faster than INSERT."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import psycopg
from django.db import connection, models
from psycopg import sql


def copy_in(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Write new rows of a table with an automatic key, in the transaction that is open."""
    if not rows:
        return
    meta = model._meta  # noqa: SLF001 - Django's public API
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    statement = sql.SQL("COPY {table} ({columns}) FROM STDIN").format(
        table=sql.Identifier(meta.db_table),
        columns=sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in fields]),
    )
    names = [field.attname for field in fields]
    with connection.cursor() as wrapped:
        cursor = cast("psycopg.Cursor[tuple[object, ...]]", wrapped.cursor)
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([getattr(row, name) for name in names])
