"""Databases of agencies for the tests of intake: SQLite, PostgreSQL and MariaDB, each for real."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from tests.intake import mariadb
from tests.intake.agencies import VARIABLE, Database
from tests.settings import SERVER


@pytest.fixture(scope="session")
def mariadb_socket() -> Iterator[Path]:
    if not mariadb.INSTALLED:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "MariaDB is not installed (apt-get install mariadb-server-core mariadb-client-core)"
        )
    with mariadb.running() as socket:
        yield socket


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def database(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """An agency's database of each kind, empty; the program finds its address in the environment."""
    found: Database = KINDS[request.param](request, tmp_path)
    found.make()
    monkeypatch.setenv(VARIABLE, found.url)
    yield found
    found.engine.dispose()


def _sqlite(_request: pytest.FixtureRequest, folder: Path) -> Database:
    url = f"sqlite:///{folder / 'nhan su.db'}"
    return Database(url, sa.create_engine(url, poolclass=NullPool))


def _postgresql(_request: pytest.FixtureRequest, _folder: Path) -> Database:
    name = f"test_{os.getpid()}_agency"
    with sa.create_engine(
        _psycopg("postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    ).connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    return Database(SERVER.url(name), sa.create_engine(_psycopg(name), poolclass=NullPool))


def _psycopg(name: str) -> str:
    return SERVER.url(name).replace("postgresql://", "postgresql+psycopg://")


def _mariadb(request: pytest.FixtureRequest, _folder: Path) -> Database:
    where = f"localhost/nhansu?unix_socket={quote(str(request.getfixturevalue('mariadb_socket')))}"
    writer = sa.create_engine(f"mysql+pymysql://ghi:ghi-1@{where}", poolclass=NullPool)
    return Database(f"mysql://chi_doc:{quote('mật-khẩu/1', safe='')}@{where}", writer)


KINDS = {"sqlite": _sqlite, "postgresql": _postgresql, "mariadb": _mariadb}
