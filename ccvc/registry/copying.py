"""COPY: rows in PostgreSQL's text format, sent in blocks while more are being made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from psycopg import sql

BLOCK = 1 << 16  # well below a socket's buffer, so that sending does not wait
NULL = "\\N"
Write = Callable[[bytes], None]


@contextmanager
def copying(table: str, columns: Sequence[str]) -> Iterator[Write]:
    """COPY into a table: give the function that takes one row's line, without its end.

    Blocks are sent as they fill, so the server works on one while the next is made; until the context ends, the
    connection can do nothing else.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    lines: list[bytes] = []
    size = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:

        def write(line: bytes) -> None:
            nonlocal size
            lines.append(line)
            size += len(line)
            if size > BLOCK:
                flush()

        def flush() -> None:
            nonlocal size
            if lines:
                copy.write(b"\n".join((*lines, b"")))
            lines.clear()
            size = 0

        yield write
        flush()


def line_of(values: Sequence[Any]) -> bytes:
    """A row's line: None, text, bytes, and whatever PostgreSQL reads as Python writes it."""
    return "\t".join([NULL if value is None else _text(value) for value in values]).encode()


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _text(value: Any) -> str:
    if type(value) is str:
        return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPES)
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    return str(value)


_RAW_ESCAPES = ((b"\\", b"\\\\"), (b"\t", b"\\t"), (b"\r", b"\\r"))


def escaped(json: bytes) -> bytes:
    """One line of JSON as a column's text; between its values white space may stand."""
    for plain, written in _RAW_ESCAPES:
        if plain in json:
            json = json.replace(plain, written)
    return json
