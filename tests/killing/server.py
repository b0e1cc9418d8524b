"""A node as a process that forks a child for each act, and can have the child killed at any point of it.

Points are named as they come: every SQL statement before and after, every commit before and after, every file moved
into place or forced to disk. No hook stands in the program itself.

`python -m tests.killing.server HOME`, then one JSON object a line: {"act", "arguments", "point", "kill"}.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

KILL_SELF, KILL_DATABASE = "process", "database"


class Killer:
    """Counts the points an act passes; at the chosen one it kills the process, or the database server."""

    def __init__(self, point: int | None, kill: str, database: Callable[[], None]) -> None:
        self.point = point
        self.kill = kill
        self.database = database
        self.names: list[str] = []

    def passes(self, name: str) -> None:
        self.names.append(name)
        if self.point != len(self.names) - 1:
            return
        if self.kill == KILL_DATABASE:
            self.database()
        else:
            os.kill(os.getpid(), signal.SIGKILL)

    def around_statement(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        name = " ".join(str(sql).split()[:4])
        self.passes(f"before {name}")
        result = execute(sql, params, many, context)
        self.passes(f"after {name}")
        return result

    def around(self, owner: Any, name: str) -> None:
        """Make a function's beginning and end points."""
        original = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.passes(f"before {name}")
            result = original(*args, **kwargs)
            self.passes(f"after {name}")
            return result

        setattr(owner, name, wrapped)

    def watch(self) -> None:
        """Count commits and files from here on; statements are counted by `around_statement`."""
        self.around(BaseDatabaseWrapper, "_commit")
        for name in ("replace", "rename", "fsync", "link"):
            self.around(os, name)


def main() -> None:
    home = Path(sys.argv[1])
    from ccvc.node.cli.application import use_home

    use_home(home)
    import django

    django.setup()
    say({"ready": True})
    for line in sys.stdin:
        order = json.loads(line)
        say(forked(order, home / "answer.json") if "point" in order else plain(order))


def plain(order: dict[str, Any]) -> dict[str, Any]:
    """Carry out an order here, to its end."""
    try:
        return {"exit": 0, "result": carry_out(order)}
    except Exception:  # noqa: BLE001 - the test says which act failed, and prints this log
        traceback.print_exc()
        sys.stderr.flush()
        return {"exit": 1, "result": None}


def forked(order: dict[str, Any], answer: Path) -> dict[str, Any]:
    """Carry out an order in a child that may be killed."""
    answer.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        obey(order, answer)
    _, status = os.waitpid(child, 0)
    result = json.loads(answer.read_text()) if answer.exists() else None
    return {"killed": os.WIFSIGNALED(status), "exit": os.waitstatus_to_exitcode(status), "result": result}


def obey(order: dict[str, Any], answer: Path) -> None:
    """Carry out one order in the child, and leave without cleaning up."""
    from django.db import connections

    # The parent's connections stay the parent's: kept, since to let go of them here would end them there too.
    inherited = [(one, one.connection) for one in connections.all(initialized_only=True)]
    for one, _ in inherited:
        one.connection = None
    code = 0
    try:
        result = carry_out(order)
        answer.write_text(json.dumps(result, default=str))
    except BaseException:  # noqa: BLE001 - the child must end here whatever happens
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    os._exit(code)


def carry_out(order: dict[str, Any]) -> Any:
    from django.db import connection

    from ccvc.node.database import embedded
    from ccvc.node.settings import node_settings
    from tests.killing import acts

    act = getattr(acts, order["act"])
    killer = Killer(order.get("point"), order.get("kill", KILL_SELF), embedded(node_settings()).kill)
    if "point" in order:
        killer.watch()
        with connection.execute_wrapper(killer.around_statement):
            result = act(*order.get("arguments", []))
        return {"points": killer.names, "result": result}
    return {"result": act(*order.get("arguments", []))}


def say(words: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
