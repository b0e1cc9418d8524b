"""`ccvc`, the one command line. Exit codes: 0 done, 1 a problem (told with its code), 2 wrong use."""

from __future__ import annotations

import sys

import orjson

from ccvc.node.cli import (  # noqa: F401 - each adds its commands
    catalogue,
    closing,
    conformance,
    decisions,
    demo,
    doctor,
    documents,
    dossiers,
    evidence,
    exchange,
    headcount,
    init,
    inspection,
    intake,
    ledger,
    means,
    organisation,
    procedure,
    quality,
    rules,
    run,
    signing,
    standard,
    transfers,
    users,
    worklists,
)
from ccvc.node.cli.application import app, output
from ccvc.standard.problems import Problem


def main() -> None:
    """Run a command; a Problem is told in words (or as one JSON object with --json) and ends with 1."""
    try:
        app()
    except Problem as problem:
        if "--json" in sys.argv:
            sys.stdout.write(orjson.dumps({"problem": problem.as_json()}).decode() + "\n")
        else:
            output.problem(problem)
        sys.exit(1)
