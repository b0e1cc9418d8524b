"""Databases that cannot be opened or read: each fault has its code, and nothing is ever written to them."""

from __future__ import annotations

import socket
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mssql, oracle
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from ccvc.intake.databases import connecting, statements
from ccvc.intake.databases.checking import check
from ccvc.intake.databases.fetching import Fetched, Wanted, fetch
from ccvc.intake.databases.mapping import SourceMap, load, parse
from ccvc.intake.databases.snapshot import Snapshot
from ccvc.intake.databases.statements import Mark
from ccvc.standard.problems import Problem
from tests.intake.agencies import MAPPING, VARIABLE, Database
from tests.intake.files import DAY

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NO_SERVER = pytest.mark.filterwarnings(  # the drivers leave the socket they could not connect to Python
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
)


def source_of(text: str = MAPPING) -> SourceMap:
    return parse(text, "anh-xa.toml")


def fetched(folder: Path, text: str = MAPPING) -> Fetched:
    source = source_of(text)
    check(source, DAY)
    return fetch(source, text, folder / "snapshot.zip", Wanted(), DAY)


def refused(folder: Path, text: str = MAPPING) -> Problem:
    with pytest.raises(Problem) as found:
        fetched(folder, text)
    return found.value


def test_nothing_can_be_written_in_a_session_of_reading(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, database.engine.url.render_as_string(hide_password=False))
    database.add(1)
    for statement in ("DELETE FROM can_bo", "UPDATE can_bo SET ho_ten = 'x'", "DROP TABLE can_bo"):
        with connecting.reading(source_of()) as connection, pytest.raises(DBAPIError):
            connection.execute(sa.text(statement))
    with database.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT ho_ten FROM can_bo")).scalars().all() == ["Nguyễn Văn An 1"]


def test_all_sheets_are_read_as_of_one_moment(database: Database) -> None:
    """What the agency writes while it is read is not half there."""
    database.add(1)
    source = source_of()
    with connecting.reading(source) as connection:
        before = connection.execute(statements.rows_of(source, "person")).fetchall()
        if database.engine.name != "sqlite":  # which lets nobody write meanwhile
            database.add(2)
        assert connection.execute(statements.rows_of(source, "person")).fetchall() == before


def test_a_table_or_a_column_that_is_not_there(database: Database, tmp_path: Path) -> None:
    problem = refused(tmp_path, MAPPING.replace('table = "can_bo"', 'table = "canbo"'))
    assert (problem.code, problem.params["table"]) == ("INT-DB-TABLE", "canbo")
    problem = refused(tmp_path, MAPPING.replace('"ho_ten"', '"hoten"'))
    assert (problem.code, problem.params["columns"]) == ("INT-DB-COLUMN", "hoten")
    assert "ho_ten" in problem.params["known"]
    problem = refused(tmp_path, MAPPING.replace("FROM bang_cap", "FROM bangcap"))
    assert (problem.code, problem.params["sheet"]) == ("INT-DB-SELECT", "Đào tạo chuyên môn")


def test_what_is_no_text_is_refused(database: Database, tmp_path: Path) -> None:
    database.add(1)
    database.add_degree(10, 1)
    other = {"postgresql": "json_build_object('a', 1)", "sqlite": "x'ff00ff'", "mysql": "x'ff00ff'"}
    text = MAPPING.replace("trinh_do, nganh", f"trinh_do, {other[database.engine.name]} AS nganh")
    with pytest.raises(Problem) as found:
        read_whole(tmp_path, text)
    assert found.value.code in {"INT-DB-TYPE", "INT-DB-BYTES"}
    assert found.value.params["column"] == "nganh"


def read_whole(folder: Path, text: str) -> None:
    fetched(folder, text)
    list(Snapshot(folder / "snapshot.zip", "x").rows("Đào tạo chuyên môn"))


@pytest.mark.parametrize("kind", ["postgresql", "mysql", "mssql", "oracle"])
@NO_SERVER
def test_no_server(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        monkeypatch.setenv(VARIABLE, f"{kind}://a:bí-mật@127.0.0.1:{port}/nhansu")
        problem = refused(tmp_path)
    assert (problem.code, problem.params["host"]) == ("INT-DB-HOST", f"127.0.0.1:{port}")
    assert "bí-mật" not in str(problem)


@pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
def test_a_wrong_password_and_a_wrong_name(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_url(database.url)
    monkeypatch.setenv(VARIABLE, url.set(password="khác").render_as_string(hide_password=False))
    assert refused(tmp_path).code == "INT-DB-LOGIN"
    account = database.engine.url
    nowhere = account.set(drivername=url.drivername, database="khong_co")
    monkeypatch.setenv(VARIABLE, nowhere.render_as_string(hide_password=False))
    assert refused(tmp_path).code in {
        "INT-DB-NAME",
        "INT-DB-LOGIN",
    }  # MariaDB tells it to administrators alone


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "INT-DB-ENV"),
        ("mysql:/nhansu", "INT-DB-URL"),
        ("mysql://a:b@máy:cổng/nhansu", "INT-DB-URL"),
        ("mongodb://a/nhansu", "INT-DB-KIND"),
        ("sqlite:////khong/co.db", "INT-DB-FILE"),
    ],
)
def test_an_address_that_leads_nowhere(
    address: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, address)
    assert refused(tmp_path).code == code


@pytest.mark.parametrize(
    ("kind", "package"), [("mysql", "pymysql"), ("mssql", "pymssql"), ("oracle", "oracledb")]
)
def test_a_driver_that_is_not_installed_is_named(
    kind: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setenv(VARIABLE, f"{kind}://a:b@127.0.0.1/nhansu")
    problem = refused(tmp_path)
    assert (problem.code, problem.params["package"]) == ("INT-DB-DRIVER", package)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM can_bo",
        "SELECT 1; DROP TABLE can_bo",
        "SELECT * INTO x FROM can_bo",
        "WITH x AS (DELETE FROM can_bo RETURNING *) SELECT * FROM x",
        "SELECT 1 -- chú thích",
        "SELECT /*! 1 */ 1",
        "EXEC xp_cmdshell 'x'",
        "SELECT * FROM can_bo FOR UPDATE",
        r"SELECT 'a\' OR 1",
        "CALL xoa()",
    ],
)
def test_what_is_not_one_select_is_refused(statement: str) -> None:
    with pytest.raises(Problem) as found:
        statements.single_select(statement, "person")
    assert found.value.code == "INT-DB-SELECT-ONLY"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM can_bo WHERE ghi_chu <> 'insert; -- update'",
        'SELECT "update" FROM can_bo;',
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "select updated_at, [into] from dbo.can_bo",
    ],
)
def test_what_is_one_select_is_taken(statement: str) -> None:
    assert statements.single_select(statement, "person") == statement.removesuffix(";")


@pytest.mark.parametrize("dialect", [oracle.oracledb.dialect(), mssql.pymssql.dialect()])
def test_statements_for_oracle_and_sql_server(dialect: sa.Dialect) -> None:
    """Compiled only: no server of these is at hand."""
    since = {
        "person": Mark(datetime(2026, 11, 20, 8, 0, tzinfo=UTC)),
        "education.degrees": Mark(date(2026, 11, 20), settled=True),
    }
    for key in ("person", "education.degrees"):
        text = str(statements.rows_of(source_of(), key, since, [1, 2]).compile(dialect=dialect))
        assert text.startswith("SELECT ")
        assert " LIMIT " not in text
        assert (" AS q" in text) is (dialect.name == "mssql")  # Oracle takes no AS before the name of a table
        assert text.count("UNION") == 2


def test_a_mapping_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"không-có\.toml") as found:
        load(tmp_path / "không-có.toml")
    assert found.value.code == "INT-FILE-MISSING"
    (tmp_path / "a.toml").write_bytes("name = 'ă'".encode("utf-16"))
    with pytest.raises(Problem) as found:
        load(tmp_path / "a.toml")
    assert found.value.code == "INT-DB-MAPPING"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('unit = "H41"', "", "INT-DB-MAPPING-LACKS"),
        ('unit = "H41"', 'unit = "H41"\npassword = "x"', "INT-DB-MAPPING-UNKNOWN"),
        ('unit = "H41"', "unit = 41", "INT-DB-MAPPING"),
        ('unit = "H41"', 'unit = "H41', "INT-DB-MAPPING"),
        (f'"{VARIABLE}"', '"mysql://a:b@c/d"', "INT-DB-SECRET"),
        ("sheets.person", 'sheets."education.trainings"', "INT-DB-MAIN"),
        ('"education.degrees"', '"education.degree"', "INT-DB-SHEET"),
        ('table = "can_bo"', 'table = "can_bo"\nselect = "SELECT 1"', "INT-DB-ORIGIN"),
        ('table = "can_bo"', "", "INT-DB-ORIGIN"),
        ('person = "can_bo_id"', 'person = "can_bo_id"\nnumber = "x"', "INT-DB-NUMBER"),
        ('"identity.phone"', '"identity.phones"', "INT-DB-FIELD"),
        ("[values.gioi_tinh]", "[values.gioitinh]", "INT-DB-VALUES"),
        ('"he_so"', '{ column = "he_so", values = "loai" }', "INT-DB-VALUES"),
        ('"he_so"', '{ column = "he_so", values = "don_vi" }', "INT-DB-VALUES-FIELD"),
        ('"0" = "2"', '"0" = "9"', "INT-DB-VALUES-CODE"),
        ('unit = "H41"', 'unit = "H41"\nencoding = "tcvn"', "INT-DB-ENCODING"),
        ("SELECT id", "UPDATE bang_cap SET id", "INT-DB-SELECT-ONLY"),
    ],
)
def test_a_mapping_that_says_what_cannot_be(old: str, new: str, code: str, tmp_path: Path) -> None:
    assert old in MAPPING
    assert refused(tmp_path, MAPPING.replace(old, new)).code == code


@SQLITE
def test_text_in_an_old_encoding_is_read(database: Database, tmp_path: Path) -> None:
    for n in range(1, 6):
        database.add(n, ho_ten="NguyÔn V¨n B×nh", que_quan="x· Kim Liªn, tØnh NghÖ An")
    for encoding in ("tcvn3", "auto"):
        text = MAPPING.replace('unit = "H41"', f'unit = "H41"\nencoding = "{encoding}"')
        fetched(tmp_path, text)
        snapshot = Snapshot(tmp_path / "snapshot.zip", "x")
        rows = list(snapshot.rows("Hồ sơ"))
        assert rows[1][1][1] == "Nguyễn Văn Bình"
        assert next(snapshot.kept("person"))[2] == "NguyÔn V¨n B×nh"


@SQLITE
def test_text_the_database_itself_cannot_read(database: Database, tmp_path: Path) -> None:
    database.add(1)
    database.run("UPDATE can_bo SET ho_ten = CAST(x'4e67757994e16e' AS TEXT)")
    assert refused(tmp_path).code == "INT-DB-TEXT"


@SQLITE
def test_more_people_than_one_intake_takes(database: Database, tmp_path: Path, settings: Any) -> None:
    settings.CCVC_INTAKE_ROWS = 2
    for n in (1, 2, 3):
        database.add(n)
    assert refused(tmp_path).code == "INT-DB-TOO-MANY"
