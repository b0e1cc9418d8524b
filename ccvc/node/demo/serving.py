"""Opening the demonstration: every node's pages, and a slow trickle of live changes, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import Popen
from typing import Any

import orjson

from ccvc.node.cli.run import start, stop_all
from ccvc.node.demo.plan import ACCOUNTS, AUTHORITY, COMPONENTS, NODES, POSTGRES, NodePlan
from ccvc.node.demo.stage import start_services
from ccvc.node.postgres import Postgres
from ccvc.node.serving import is_free, run_ready_check
from ccvc.simulation.authority import PORT, DemoAuthority
from ccvc.standard.problems import Problem

Say = Callable[[str], None]


def serve(
    root: Path,
    *,
    say: Say,
    nodes: Sequence[NodePlan] = NODES,
    lively: Sequence[NodePlan] = COMPONENTS,
) -> None:
    """Run every node until Ctrl-C or SIGTERM, with changes trickling in at the lively ones; then stop all cleanly."""
    for node in nodes:
        if not is_free("127.0.0.1", node.port):
            raise Problem("NOD-PORT", port=node.port, setting="web_port", variable="CCVC_WEB_PORT")
    accounts = orjson.loads((root / ACCOUNTS).read_bytes())["nodes"]
    with Postgres(root / POSTGRES).running(*(node.database for node in nodes)):
        running = [_start(root, node.agency, "ccvc", "run") for node in nodes]
        processes = [*running, *_services(root / AUTHORITY)]
        try:
            for node, process in zip(nodes, running, strict=True):
                run_ready_check("127.0.0.1", node.port, process, node.home(root) / "logs" / "ccvc.log")
            processes += [_start(root, node.agency, "ccvc.node.demo.trickle") for node in lively]
            _tell(accounts, say)
            _wait()
        finally:
            say("Đang dừng …")
            stop_all(processes)


def _start(root: Path, agency: str, module: str, *arguments: str) -> Popen[bytes]:
    home = root / agency
    os.environ["CCVC_HOME"] = str(home)
    return start(
        [sys.executable, "-m", module, *arguments], home / "logs" / f"{module.rsplit('.', 1)[-1]}.log"
    )


def _services(folder: Path) -> list[Popen[bytes]]:
    """Time stamps and the state of certificates, where this demonstration was built with them."""
    port = DemoAuthority.open(folder).port
    if port is None:
        return []
    if not is_free("127.0.0.1", port):
        raise Problem("NOD-PORT", port=port, setting=str(folder / PORT), variable="—")
    return [start_services(folder)]


def _tell(accounts: list[dict[str, Any]], say: Say) -> None:
    """Print where to go and with which account."""
    say("\nMọi người trong bản trình diễn đều là GIẢ LẬP. Mở trang và đăng nhập:")
    for node in accounts:
        say(f"\n[bold]{node['name']}[/] ({node['agency']})  {node['address']}")
        for account in node["accounts"]:
            say(f"   {account['username']:12} {account['password']:20} {account['label']}")
    say("\nCtrl-C để dừng.")


def _wait() -> None:
    stopping: list[int] = []
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda number, _frame: stopping.append(number))
    while not stopping:
        time.sleep(0.3)
