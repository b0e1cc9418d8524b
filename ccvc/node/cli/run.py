"""`ccvc run`: web and workers of one node, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from ccvc.node import service
from ccvc.node.cli.application import DEFAULT_HOME, Home, app, output, use_home
from ccvc.node.serving import is_free
from ccvc.node.settings import NodeSettings, node_settings
from ccvc.standard.problems import Problem

STOP_SECONDS = 15


@app.command()
def run(home: Home = DEFAULT_HOME) -> None:
    """Chạy nút: trang web, cổng trao đổi, và các tiến trình nền; Ctrl-C để dừng."""
    use_home(home)
    settings = node_settings()
    refuse_used_ports(settings)
    with service.ready():
        note_settings(settings)
        supervise(commands(settings), settings)


def note_settings(settings: NodeSettings) -> None:
    """Enter in the ledger, before anything is served, which settings are others than at the last start."""
    from ccvc.node.settling import enter_settings

    enter_settings(settings)


def refuse_used_ports(settings: NodeSettings) -> None:
    """Problem NOD-PORT where a port the node needs is taken."""
    wanted = [(settings.web_host, settings.web_port, "web_port")]
    if settings.kind == "national":
        wanted.append((settings.exchange_host, settings.exchange_port, "exchange_port"))
    for host, port, key in wanted:
        if not is_free(host, port):
            raise Problem("NOD-PORT", port=port, setting=key, variable=f"CCVC_{key.upper()}")


GRANIAN = (sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning")


def commands(settings: NodeSettings) -> dict[str, list[str]]:
    """The processes of a node by name."""
    pages = ["--host", settings.web_host, "--port", str(settings.web_port), "--blocking-threads", "2"]
    processes = {
        "web": [*GRANIAN, *pages, "ccvc.node.wsgi:application"],
        "worker": [sys.executable, "-m", "ccvc.node.worker"],
    }
    if settings.kind == "national":
        processes["exchange"] = exchange_command(
            settings.home, settings.exchange_host, settings.exchange_port
        )
    return processes


def exchange_command(home: Path, host: str, port: int) -> list[str]:
    """The process of the exchange endpoint: its own port, under TLS."""
    keys = home / "keys"
    tls = ["--ssl-certificate", str(keys / "tls.crt.pem"), "--ssl-keyfile", str(keys / "tls.key.pem")]
    return [*GRANIAN, "--host", host, "--port", str(port), *tls, "ccvc.node.wsgi_exchange:application"]


def supervise(processes: dict[str, list[str]], settings: NodeSettings) -> None:
    """Start the processes and wait; one that ends, Ctrl-C or SIGTERM ends all of them cleanly."""
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    children = {
        name: start(command, settings.home / "logs" / f"{name}.log") for name, command in processes.items()
    }
    output.say(f"{settings.name}: http://{settings.web_host}:{settings.web_port}")
    try:
        while not stopping:
            ended = next((n for n, c in children.items() if c.poll() is not None), None)
            if ended is not None:
                raise Problem(
                    "NOD-PROCESS", where=str(settings.home / "logs" / f"{ended}.log"), process=ended
                )
            time.sleep(0.2)
    finally:
        stop_all(list(children.values()))


def start(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a process of its own session, so that the terminal's Ctrl-C reaches only us; its output goes to a log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "ccvc.node.django_settings"}
    with log.open("ab") as file:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            env=environment,
            start_new_session=True,
        )


def stop_all(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask each process to end, wait, then insist."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
