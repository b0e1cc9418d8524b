"""The embedded server: started once, shared, stopped by the last, mended after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ccvc.node.postgres import Postgres

HOLDER = """
import sys, time
from pathlib import Path
from ccvc.node.postgres import Postgres
with Postgres(Path(sys.argv[1]), durable=False).running("kept"):
    print("up", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Postgres]:
    tmp_path.chmod(0o755)
    found = Postgres(tmp_path / "postgres", durable=False)
    yield found
    found.kill()


def answer(server: Postgres) -> int:
    with psycopg.connect(server.url("kept")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS seen (at timestamptz DEFAULT now())")
        connection.execute("INSERT INTO seen DEFAULT VALUES")
        row = connection.execute("SELECT count(*) FROM seen").fetchone()
    assert row is not None
    return int(row[0])


def test_the_second_start_finds_the_data_of_the_first(server: Postgres) -> None:
    with server.running("kept"):
        assert answer(server) == 1
    assert not server.alive()
    with server.running("kept"):
        assert answer(server) == 2


def test_the_last_to_leave_stops_it_even_if_another_was_killed(server: Postgres) -> None:
    with server.running("kept"):
        other = subprocess.Popen([sys.executable, "-c", HOLDER, str(server.folder)], stdout=subprocess.PIPE)
        assert other.stdout is not None
        assert other.stdout.readline() == b"up\n"
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
        other.stdout.close()
        assert answer(server) == 1
    assert not server.alive()


def test_a_killed_server_starts_again_with_its_data(server: Postgres) -> None:
    with server.running("kept"):
        assert answer(server) == 1
        server.kill()
        while server.alive():
            time.sleep(0.05)
        with server.running("kept"):
            assert answer(server) == 2


def test_a_lock_left_by_another_process_does_not_stop_it(server: Postgres) -> None:
    with server.running("kept"):
        pass
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")
    with server.running("kept"):
        assert answer(server) == 1


def test_only_its_owner_reaches_the_socket(server: Postgres) -> None:
    with server.running("kept"):
        assert server.sockets.stat().st_mode & 0o077 == 0
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.url("kept").replace(server.password(), "wrong"))
