"""Databases of the test run: all migrations run once, and every process begins with a copy of what they made."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from ccvc.node.postgres import BINARIES, PACKAGE, Postgres

ROOT = Path(__file__).parent.parent
SERVER = Postgres(ROOT / ".cache" / "postgres", durable=False)
MIGRATED = "migrated_"


def drop_left_over() -> None:
    """Drop the databases of processes that are no more."""
    with _server() as server:
        for name in _named(server, "test_"):
            pid = name.split("_")[1]
            if pid.isdigit() and not Path(f"/proc/{pid}").exists():
                _drop(server, name)


@contextmanager
def copied() -> Iterator[None]:
    """A database of this process's own, which Django uses meanwhile."""
    name, before = f"test_{os.getpid()}", connection.settings_dict["NAME"]
    with _server() as server:
        _copy(server, _migrated(server), name)
    _use(name)
    try:
        yield
    finally:
        _use(before)
        with _server() as server:
            _drop(server, name)


def _migrated(server: psycopg.Connection) -> str:
    """The database to copy; made by whoever comes first, again when a migration or a part of ours is another."""
    name = MIGRATED + _mark()
    with (SERVER.folder / "migrated.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if name not in (known := _named(server, MIGRATED)):
            for old in known:
                _drop(server, old)
            _migrate(server, making := f"{MIGRATED}making")
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (making, name)))
            )
    return name


def _mark() -> str:
    """What the tables depend on, as a hash."""
    files = [ROOT / "requirements.lock", *sorted((ROOT / "ccvc").glob("*/migrations/*.py"))]
    parts = (f"{file.relative_to(ROOT)}\n{file.read_text(encoding='utf-8')}" for file in files)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _migrate(server: psycopg.Connection, name: str) -> None:
    before = connection.settings_dict["NAME"]
    _copy(server, "template1", name)
    _use(name)
    call_command("migrate", verbosity=0, interactive=False)
    _use(before)


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def spread(source: str, server: Postgres, names: list[str]) -> None:
    """Copies of a database of the shared server: there, or on a server of one test file's own, which may be killed."""
    if server is not SERVER:
        _carry(source, server, names[0])
        source, *names = names
    with _server(server) as admin:
        for name in names:
            _copy(admin, source, name)


def _carry(source: str, server: Postgres, name: str) -> None:
    """A database of the shared server as a new one of another: quicker than its migrations."""
    programs = PACKAGE / BINARIES / "bin"
    with _server(server) as admin:
        _copy(admin, "template1", name)
    dump: list[str | Path] = [programs / "pg_dump", "--no-owner", SERVER.url(source)]
    restore: list[str | Path] = [
        programs / "psql",
        "--quiet",
        "--no-psqlrc",
        "-v",
        "ON_ERROR_STOP=1",
        server.url(name),
    ]
    with subprocess.Popen(dump, stdout=subprocess.PIPE) as dumping:
        subprocess.run(restore, stdin=dumping.stdout, stdout=subprocess.DEVNULL, check=True)
    assert dumping.returncode == 0


def _server(server: Postgres = SERVER) -> psycopg.Connection:
    return psycopg.connect(server.url("postgres"), autocommit=True)


def _named(server: psycopg.Connection, start: str) -> list[str]:
    rows = server.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [start]
    ).fetchall()
    return [name for (name,) in rows]


def _copy(server: psycopg.Connection, source: str, name: str) -> None:
    _drop(server, name)
    names = map(sql.Identifier, (name, source))
    server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))


def _drop(server: psycopg.Connection, name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
