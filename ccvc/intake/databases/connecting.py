"""Opening an agency's database for reading alone, and saying in words why it could not be."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from ccvc.intake.databases.mapping import SourceMap
from ccvc.standard.problems import Problem

STREAMED = 1_000  # rows fetched at once
_SECONDS = 15
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of database: its driver, the package it comes in, and what makes a session read only.

    `session` is said once, and its transaction ended; `transaction` begins the one in which all is read.
    """

    title: str
    driver: str
    package: str = ""
    session: tuple[str, ...] = ()
    transaction: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


_MYSQL = (
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "SET SESSION TRANSACTION READ ONLY",
)
_WAIT = {"connect_timeout": _SECONDS}
KINDS = {
    "postgresql": Kind(
        "PostgreSQL",
        "psycopg",
        session=(
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        ),
        arguments=_WAIT,
    ),
    "mysql": Kind("MySQL", "pymysql", "pymysql", _MYSQL, "START TRANSACTION READ ONLY", _WAIT),
    "mariadb": Kind("MariaDB", "pymysql", "pymysql", _MYSQL, "START TRANSACTION READ ONLY", _WAIT),
    # SQL Server has no session that only reads: there the account must have the right to read alone.
    "mssql": Kind("SQL Server", "pymssql", "pymssql", arguments={"login_timeout": _SECONDS}),
    "oracle": Kind(
        "Oracle",
        "oracledb",
        "oracledb",
        transaction="SET TRANSACTION READ ONLY",
        arguments={"tcp_connect_timeout": _SECONDS},
    ),
    "sqlite": Kind("SQLite", "pysqlite", session=("PRAGMA query_only = ON",), transaction="BEGIN"),
}

# What databases say when nobody can be let in: of PostgreSQL, MySQL and MariaDB, Oracle, SQL Server, in this order.
_SAID = {
    "INT-DB-NAME": r"""database "[^"]*" does not exist|\b1049\b|ORA-1250[45]|ORA-12514|DPY-6001|\b4060\b""",
    "INT-DB-LOGIN": (
        r"""authentication failed|no password supplied|role "[^"]*" does not exist|no pg_hba"""
        r"|\b104[45]\b|\b1698\b|ORA-0?1017|ORA-28000|\b18456\b"
    ),
    "INT-DB-HOST": (
        r"could not translate|resolve|refused|timed? ?out|No such file|No route|is the server running"
        r"|\b200[235]\b|DPY-600[05]|ORA-12541|ORA-12170|\b20009\b|Unable to connect"
    ),
}


@contextmanager
def reading(source: SourceMap) -> Iterator[sa.Connection]:
    """The agency's database in one transaction that only reads: all that is read is of one moment.

    Raises Problem INT-DB-… for whatever stands in the way.
    """
    url = address(source)
    kind = KINDS[url.get_backend_name()]
    engine = _engine(url, kind, source)
    try:
        with _connected(engine, kind, source) as connection:
            yield connection.execution_options(yield_per=STREAMED)
    finally:
        engine.dispose()


def address(source: SourceMap) -> sa.URL:
    """The database's address from the environment. Raises INT-DB-ENV, INT-DB-URL, INT-DB-KIND."""
    text = os.environ.get(source.connection, "").strip()
    if not text:
        raise Problem("INT-DB-ENV", where=source.connection, variable=source.connection)
    try:
        url = sa.make_url(text)
    except (ArgumentError, ValueError) as error:  # nothing of the address is told: it may hold a password
        raise Problem("INT-DB-URL", where=source.connection, variable=source.connection) from error
    kind = KINDS.get(url.get_backend_name())
    if kind is None:
        known = ", ".join(KINDS)
        raise Problem("INT-DB-KIND", where=source.connection, kind=url.get_backend_name(), known=known)
    return url if "+" in url.drivername else url.set(drivername=f"{url.drivername}+{kind.driver}")


def _engine(url: sa.URL, kind: Kind, source: SourceMap) -> sa.Engine:
    ours = url.get_driver_name() == kind.driver
    options: dict[str, Any] = {"connect_args": dict(kind.arguments) if ours else {}}
    if (
        ours and kind.driver == "pymysql" and url.password
    ):  # which itself knows passwords of Western letters only
        options["connect_args"]["password"] = str(url.password).encode()
    if url.get_backend_name() == "sqlite":
        options = {"creator": _file_opener(url, source)}
    try:
        return sa.create_engine(url, poolclass=NullPool, **options)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        package = kind.package or url.get_driver_name()
        raise Problem("INT-DB-DRIVER", where=source.connection, kind=kind.title, package=package) from error


def _file_opener(url: sa.URL, source: SourceMap) -> Callable[[], sqlite3.Connection]:
    """Opens the file for reading only; SQLite by itself would make a new one where there is none."""
    path = Path(url.database or "")
    if not path.is_file():
        raise Problem("INT-DB-FILE", where=source.connection, name=path.name)
    return partial(sqlite3.connect, f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)


@contextmanager
def _connected(engine: sa.Engine, kind: Kind, source: SourceMap) -> Iterator[sa.Connection]:
    with ExitStack() as open_ones:
        try:
            connection = open_ones.enter_context(engine.connect())
            _only_read(connection, kind)
        except (DBAPIError, OSError, ValueError, RuntimeError) as error:
            raise refused(error, engine.url, source) from error
        yield connection


def refused(error: Exception, url: sa.URL, source: SourceMap) -> Problem:
    """Why the database let nobody in."""
    said = reason(error, url)
    code = next(
        (code for code, pattern in _SAID.items() if re.search(pattern, said, re.IGNORECASE)), "INT-DB-CONNECT"
    )
    place = f"{url.host or ''}{f':{url.port}' if url.port else ''}"
    return Problem(
        code,
        where=source.connection,
        variable=source.connection,
        host=place or "-",
        database=url.database or "-",
        account=url.username or "-",
        reason=said,
    )


def reason(error: Exception, url: sa.URL | None = None) -> str:
    """The database's own words, on one line, without the password."""
    words = " ".join(str(getattr(error, "orig", None) or error).split())
    if url is not None and url.password:
        words = words.replace(str(url.password), "***")
    return words[:_LONGEST_REASON]


def _only_read(connection: sa.Connection, kind: Kind) -> None:
    for statement in kind.session:
        connection.exec_driver_sql(statement)
    connection.commit()
    if kind.transaction:
        connection.exec_driver_sql(kind.transaction)
