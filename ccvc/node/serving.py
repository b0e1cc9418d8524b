"""Ports and readiness of the node's processes."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path

from ccvc.standard.problems import Problem

READY_SECONDS = 60.0


def is_free(host: str, port: int) -> bool:
    """Whether a port can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(wanted: int, host: str = "127.0.0.1") -> int:
    """The wanted port, or the next one that is free."""
    return next(port for port in range(wanted, wanted + 200) if is_free(host, port))


def run_ready_check(host: str, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a process answers on its port; Problem NOD-PROCESS where it ends or stays silent."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((host, port)) == 0:
                return
        time.sleep(0.1)
    raise Problem("NOD-PROCESS", where=str(log), process=log.stem)
