"""A MariaDB server of the tests' own: in a folder that goes with it, on a socket, started once a process."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql

PROGRAMS = ("mariadbd", "mariadb-install-db", "my_print_defaults")
PATHS = f"{os.environ.get('PATH', '')}:/usr/sbin"
SERVER = shutil.which("mariadbd", path=PATHS)
INSTALLED = all(shutil.which(name, path=PATHS) for name in PROGRAMS)
SECONDS = 60
ACCOUNTS = """
CREATE DATABASE nhansu CHARACTER SET utf8mb4;
CREATE USER chi_doc@localhost IDENTIFIED BY 'mật-khẩu/1';
GRANT SELECT ON nhansu.* TO chi_doc@localhost;
CREATE USER ghi@localhost IDENTIFIED BY 'ghi-1';
GRANT ALL ON nhansu.* TO ghi@localhost;
"""


@contextmanager
def running() -> Iterator[Path]:
    """The server's socket, while it runs."""
    folder = Path(tempfile.mkdtemp(prefix="ccvc-mariadb-"))
    user = ["--user=root"] if os.getuid() == 0 else []
    place = ["--no-defaults", f"--datadir={folder / 'data'}"]
    made = ["mariadb-install-db", *place, "--auth-root-authentication-method=normal", "--skip-test-db", *user]
    subprocess.run(made, check=True, capture_output=True, timeout=SECONDS * 2)
    socket = folder / "socket"
    options = [f"--socket={socket}", "--skip-networking", f"--log-error={folder / 'log'}"]
    command = [str(SERVER), *place, *options, *user]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _prepare(socket)
        yield socket
    finally:
        server.terminate()
        server.wait(SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(socket: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while not socket.exists():
        assert time.monotonic() < deadline, "the server does not start"
        time.sleep(0.05)
    with pymysql.connect(user="root", unix_socket=str(socket)) as connection, connection.cursor() as cursor:
        for statement in filter(str.strip, ACCOUNTS.split(";")):
            cursor.execute(statement)
