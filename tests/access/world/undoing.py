"""What an act wrote, and undoing it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.db import connection, transaction

UNWATCHED = ("access_accesslog", "accounts_signinattempt", "changes_refusal")
"""Tables that only record what was asked."""


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside has not happened afterwards; durable blocks are let through, as in Django's tests."""
    block = transaction.atomic()
    vars(block)["_from_testcase"] = True
    with block:
        yield
        transaction.set_rollback(True)


def writes() -> int:
    """Rows written to watched tables since this transaction began, those undone since among them.

    Asked of each table by its number: the view over all tables takes longer than most requests.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_stat_get_xact_tuples_inserted(number) + pg_stat_get_xact_tuples_updated(number)"
            " + pg_stat_get_xact_tuples_deleted(number)) FROM unnest(%s::oid[]) AS number",
            [_watched(connection.settings_dict["NAME"])],
        )
        return int(cursor.fetchone()[0])


@cache
def _watched(_database: str) -> list[int]:
    """The numbers of all watched tables of a database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(name::regclass::oid) FROM unnest(%s::text[]) AS name", [tables()])
        numbers: list[int] = cursor.fetchone()[0]
        return numbers


def tables() -> list[str]:
    """The watched tables."""
    every = connection.introspection.table_names()
    return [
        name for name in every if not name.startswith(("django_", "auth_", "procr")) and name not in UNWATCHED
    ]


def fingerprint() -> list[tuple[str, int, str]]:
    """Rows and their hash for every watched table of the node."""
    parts = [
        f"SELECT '{t}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM {t} t"
        for t in tables()
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return sorted(cursor.fetchall())
