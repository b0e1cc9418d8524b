"""The national node's part of the demonstration, as a process of its own.

`python -m ccvc.node.demo.national found|accept ROOT PASSWORD` prints one JSON object.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import orjson
from psycopg import connect, sql

from ccvc.node import service
from ccvc.node.cli.application import use_home
from ccvc.node.demo import closings, headcount
from ccvc.node.demo.plan import AUTHORITY, COMPONENTS, NATIONAL_NODE
from ccvc.node.postgres import Postgres


def main() -> None:
    """Carry out one step."""
    step, root, password = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    use_home(NATIONAL_NODE.home(root))
    with service.ready():
        result = {"found": found, "accept": accept}[step](root, password)
    sys.stdout.write(orjson.dumps(result).decode() + "\n")


def found(root: Path, password: str) -> dict[str, Any]:
    """Found the scheme; make the components' databases from this one while it is new; answer their requests."""
    from ccvc.node import enrolment
    from ccvc.node.demo.people import open_accounts
    from ccvc.organisations.actions import load_catalogue

    load_catalogue()
    copy_database(root)
    enrolment.found_scheme(NATIONAL_NODE.agency, NATIONAL_NODE.name)
    for node in COMPONENTS:
        request = enrolment.write_request(node.agency, node.name, home=node.home(root))
        enrolment.enrol(request)
        closings.decide(node.agency)
    return {"accounts": open_accounts(password, root / AUTHORITY)}


def copy_database(root: Path) -> None:
    """Give each component a database with the schema and the catalogue in it: migrating five times is slow."""
    from django.db import connections

    connections.close_all()
    server = Postgres(NATIONAL_NODE.home(root).parent / "postgres")
    with connect(server.url("postgres"), autocommit=True) as connection:
        for node in COMPONENTS:
            names = (sql.Identifier(node.database), sql.Identifier(NATIONAL_NODE.database))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))


def accept(_root: Path, _password: str) -> dict[str, Any]:
    """Judge what has come and how good it is, prove the register against the packages, assign places to agencies."""
    from ccvc.access.domain import Subject
    from ccvc.exchange import selectors, tasks
    from ccvc.quality.actions import judge_due
    from ccvc.signing.actions import stamp_due

    stamp_due()  # from now on approvals that come without a stamp are stamped here
    report = tasks.receive_all().as_json()
    proofs = [proof.as_json() for proof in selectors.prove(Subject.system("demo"))]
    headcount.assign(Subject.system("demo"))
    return {**report, "proofs": proofs, "judged": judge_due().people}


if __name__ == "__main__":
    main()
