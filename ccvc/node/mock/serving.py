"""Running a mock node: database, endpoint, desk and the rounds of the exchange, by one command, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import orjson

from ccvc import standard
from ccvc.exchange.domain.enrolment import anchors_of, fingerprint
from ccvc.node import home as homes
from ccvc.node import service
from ccvc.node.cli.application import use_home
from ccvc.node.cli.run import exchange_command, start, stop_all
from ccvc.node.mock.folder import AGENCY, NAME, SCHEME, MockFolder, Serving, write_whole
from ccvc.node.serving import is_free, run_ready_check
from ccvc.node.settings import FILE_NAME, node_settings
from ccvc.node.worker import HOUR, attempt, exchange_round
from ccvc.signing import store
from ccvc.standard.problems import Problem

HOST = "127.0.0.1"
PAUSE = 0.2
Say = Callable[[str], None]


def serve(root: Path, port: int, *, say: Say) -> None:
    """Serve until Ctrl-C or SIGTERM. What was taken before is still there at the next start. Problem NOD-PORT."""
    signal.signal(signal.SIGTERM, _leave)  # before anything is started that would be left running
    if not is_free(HOST, port):
        raise Problem("NOD-PORT", port=port, setting="--port", variable="CCVC_EXCHANGE_PORT")
    folder = MockFolder(root)
    prepare(folder, port)
    use_home(folder.node)
    with service.ready():
        furnish(folder)
        with endpoint(folder, port):
            say(
                f"[bold]NÚT THỬ NGHIỆM[/], không dùng cho dữ liệu thật. Địa chỉ: {node_settings().exchange_url}"
            )
            say(f"Bàn cấp chứng thư: {folder.requests} → {folder.answers}. Ctrl-C để dừng.")
            work(folder)


def _leave(number: int, _frame: object) -> None:
    signal.signal(number, signal.SIG_IGN)  # a second one would break off the clearing up
    raise SystemExit(128 + number)


def prepare(folder: MockFolder, port: int) -> None:
    """Make the home of the national node the first time; afterwards only its port may change."""
    folder.make()
    if (folder.node / FILE_NAME).exists():
        homes.change_settings(folder.node, exchange_port=port)
        return
    homes.create(
        folder.node,
        kind="national",
        agency=AGENCY,
        name=NAME,
        exchange_host=HOST,
        exchange_port=port,
        national_agency=AGENCY,
        synthetic=True,
    )


def furnish(folder: MockFolder) -> None:
    """Catalogue of agencies, authorities, own keys; done again without harm."""
    from ccvc.node.mock.desk import Desk
    from ccvc.organisations.actions import load_catalogue

    load_catalogue()
    issuer = homes.create_scheme_authority(folder.node, SCHEME)
    homes.issue_own_keys(folder.node, issuer, agency=AGENCY, name=NAME, host=HOST)
    Desk(folder).open()
    schema = standard.json_schema(standard.current().national)
    write_whole(folder.root / "schema.json", orjson.dumps(schema, option=orjson.OPT_INDENT_2))


@contextmanager
def endpoint(folder: MockFolder, port: int) -> Iterator[None]:
    """The exchange endpoint, and the file that says it answers."""
    log = folder.node / "logs" / "exchange.log"
    process = start(exchange_command(folder.node, HOST, port), log)
    try:
        run_ready_check(HOST, port, process, log)
        said = Serving(
            AGENCY, node_settings().exchange_url, fingerprint(anchors_of(store.trust())), os.getpid()
        )
        write_whole(folder.serving, msgspec.json.encode(said, order="sorted"))
        yield
    finally:
        folder.serving.unlink(missing_ok=True)
        stop_all([process])


def work(folder: MockFolder) -> None:
    """Answer the desk, judge what came, send what waits; renew the revocation lists every hour."""
    from ccvc.node.mock.desk import Desk

    stopping: list[int] = []
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda number, _frame: stopping.append(number))
    desk, renewed = Desk(folder), time.monotonic()
    while not stopping:
        attempt("desk", desk.answer_all)
        attempt("exchange", exchange_round)
        if time.monotonic() - renewed > HOUR:
            attempt("trust", desk.open)
            renewed = time.monotonic()
        time.sleep(PAUSE)
