"""Django settings of the test run: the embedded server (not durable), a home folder of its own.

The server's folder is kept between runs; each process has a database of its own, named after its pid.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import psycopg
from psycopg import sql

from ccvc.node.postgres import Postgres

ROOT = Path(__file__).parent.parent
SERVER = Postgres(ROOT / ".cache" / "postgres", durable=False)


def _drop_left_over(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'").fetchall()
        for (name,) in names:
            pid = name.split("_")[1]
            if pid.isdigit() and not Path(f"/proc/{pid}").exists():
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


_stack = ExitStack()
_stack.enter_context(SERVER.running("ccvc"))
atexit.register(_stack.close)
_drop_left_over(SERVER.url("postgres"))
_home = tempfile.mkdtemp(prefix="ccvc-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["CCVC_HOME"] = _home
(Path(_home) / "static").mkdir()
os.environ["CCVC_DATABASE_URL"] = SERVER.url("ccvc")

from ccvc.node.django_settings import *  # noqa: E402, F403 - the environment above comes first
from ccvc.node.django_settings import DATABASES  # noqa: E402 - as above

DATABASES["default"]["TEST"] = {"NAME": f"test_{os.getpid()}"}
DATABASES["default"]["CONN_MAX_AGE"] = 0
