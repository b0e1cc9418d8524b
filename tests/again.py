"""What a fixture builds is built once a run: its rows and files are laid out again for every further test.

To found an agency through its acts takes longer than most tests take, and is proved where it is the subject.
Nothing is shared: each test gets rows and files of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction

Made = TypeVar("Made")


@dataclass(frozen=True)
class Kept:
    """What building left: its result, rows of each table (COPY text), files (mode and content; folders none)."""

    result: Any
    rows: dict[str, bytes]
    files: dict[Path, tuple[int, bytes | None]]


_kept: dict[tuple[str, ...], Kept] = {}


def again(name: str, home: Path | None, make: Callable[[], Made]) -> Made:
    """What `make` builds in the database and in `home`; what it returns belongs to no single test.

    It is kept if all it writes goes to empty tables, and laid out where they are empty again; else simply made.
    """
    key = (name, settings.CCVC_KIND, settings.CCVC_AGENCY)
    with transaction.atomic():
        if key not in _kept:
            return _build(key, home, make)
        kept = _kept[key]
        if any(rows for rows, _ in _state(kept.rows).values()):
            return make()
        _lay_out(kept, home)
    result: Made = kept.result
    return result


def _build(key: tuple[str, ...], home: Path | None, make: Callable[[], Made]) -> Made:
    tables = connection.introspection.table_names()
    rows_before, files_before = _state(tables), _files(home)
    result = make()
    written = [table for table, now in _state(tables).items() if now != rows_before[table]]
    files = {place: file for place, file in _files(home).items() if place not in files_before}
    if not any(rows_before[table][0] for table in written):
        _kept[key] = Kept(result, {table: _rows(table) for table in written}, files)
    return result


def _lay_out(kept: Kept, home: Path | None) -> None:
    with connection.cursor() as cursor:
        for table, data in kept.rows.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(data)
        cursor.execute(_numbered_on(kept.rows))
    for place, (mode, content) in kept.files.items():
        if content is None:
            (home / place).mkdir(parents=True, exist_ok=True)
        else:
            (home / place).write_bytes(content)
        (home / place).chmod(mode)


def _numbered_on(tables: Iterable[str]) -> str:
    """Let numbers go on behind the rows laid out: in a database that was never written to, they would begin anew."""
    known = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    models = [known[table] for table in tables if table in known]
    return " ".join(connection.ops.sequence_reset_sql(no_style(), models)) or "SELECT 1"


def _state(tables: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Number of rows and their hash, by table."""
    parts = [
        f"SELECT '{table}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM {table} t"
        for table in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {table: (rows, digest) for table, rows, digest in cursor.fetchall()}


def _rows(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(copy)


def _files(home: Path | None) -> dict[Path, tuple[int, bytes | None]]:
    places = sorted(home.rglob("*")) if home else []
    return {
        place.relative_to(home): (
            place.stat().st_mode & 0o777,
            None if place.is_dir() else place.read_bytes(),
        )
        for place in places
    }
