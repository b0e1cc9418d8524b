"""The whole way, as a person starts it: five nodes, spreadsheets, signatures, packages, one register, one proof."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
PEOPLE = 60  # shares of 6 to 24 people: no agency may be too small


def ccvc(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CCVC_", "DJANGO_"))}
    command = [sys.executable, "-W", "ignore", "-m", "ccvc", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=500)


SEVERAL = """
import sys
from ccvc.node.cli import app
for line in sys.stdin:
    app([*line.split(), "--json", "--home", sys.argv[1]], standalone_mode=False)
"""


def told(home: Path, *commands: str) -> list[dict[str, Any]]:
    """What commands say of a node, given one after another to one program: to start it takes longer than most take."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CCVC_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SEVERAL, str(home)],
        input="\n".join(commands),
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    root = tmp_path_factory.mktemp("demo")
    root.chmod(0o755)
    done = ccvc("demo", "--no-serve", "--json", "--people", str(PEOPLE), "--home", str(root / "home"))
    assert done.returncode == 0, done.stderr[-3000:]
    return root / "home", json.loads(done.stdout.strip().splitlines()[-1])


def test_the_register_is_the_sum_of_what_was_approved(demo: tuple[Path, dict[str, Any]]) -> None:
    counts = demo[1]
    assert counts["register"] == counts["accepted"] == counts["approved"] - counts["refused"]
    assert counts["sent"] == counts["approved"] == counts["taken_in"]
    assert counts["taken_in"] + counts["refused_at_intake"] == counts["rows"] >= PEOPLE
    assert counts["proved"] is True
    decided = counts["decisions"]
    assert (decided["signed"] >= 4, decided["stopped"]) == (
        True,
        2,
    )  # a discipline, a leave, a reward and its revocation


@pytest.mark.parametrize("agency", ["G09", "H41"])
def test_every_ledger_holds_every_approval_is_stamped_and_the_doctor_finds_nothing(
    demo: tuple[Path, dict[str, Any]], agency: str
) -> None:
    ledger, stamps, doctor = told(demo[0] / agency, "ledger verify", "signing stamp", "doctor")
    assert ledger["ok"] is True
    assert (stamps["waiting"], stamps["stamped"]) == (0, 0)
    assert doctor["ok"] is True, doctor


def test_a_second_run_uses_what_the_first_built(demo: tuple[Path, dict[str, Any]]) -> None:
    again = ccvc("demo", "--no-serve", "--json", "--home", str(demo[0]))
    assert json.loads(again.stdout.strip().splitlines()[-1]) == demo[1]
