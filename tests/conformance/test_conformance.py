"""The conformance run: a right sender, written in another language, passes; planted defects are found."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ccvc.node.conformance.cases import CASES
from tests.docs.reading import ROOT

pytestmark = pytest.mark.slow
SAMPLE = ROOT / "examples" / "minimal-sender"
REFERENCE = [sys.executable, "-W", "ignore", "-m", "tests.conformance.sender"]
NODE = shutil.which("node")
PATIENCE = 1500
DEFECTS = {
    "second-package": "no-chain",
    "nothing-new": "forgets-ids",
    "lost-answer": "new-package",
    "receipt-with-refusals": "ignores-refusals",
    "forged-receipt": "believes-anyone",
    "wrong-server": "any-server",
}
"""What the sender of a case does wrong."""


def run(home: Path, command: list[str], *cases: str, **environment: str) -> tuple[int, dict[str, Any]]:
    """Exit code and report of a conformance run."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("CCVC_", "DJANGO_", "SENDER_"))}
    chosen = [word for case in cases for word in ("--case", case)]
    ccvc = [sys.executable, "-W", "ignore", "-m", "ccvc", "exchange", "conformance", "--json"]
    home.chmod(0o755)
    done = subprocess.run(
        [*ccvc, "--home", str(home), *chosen, "--", *command],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        cwd=ROOT,
        env=clean | environment,
    )
    assert done.stdout, done.stderr[-3000:]
    return done.returncode, json.loads(done.stdout)


def failed(report: dict[str, Any]) -> dict[str, str]:
    return {
        case["case"]: f"{case['expected']} | {case['got']}" for case in report["cases"] if not case["passed"]
    }


def test_each_planted_defect_is_found_by_its_case(tmp_path: Path) -> None:
    code, report = run(tmp_path, REFERENCE, *DEFECTS, REFERENCE_DEFECTS=json.dumps(DEFECTS))
    assert code == 1
    assert set(failed(report)) == set(DEFECTS)


def test_a_sender_written_from_the_document_alone_passes(tmp_path: Path) -> None:
    """The sample in JavaScript, which uses nothing of ours; CCVC_CONFORMANCE=all runs every case (three minutes)."""
    if NODE is None or not (SAMPLE / "node_modules").is_dir():
        missing = f"Node.js or {SAMPLE.name}/node_modules is missing: npm ci --prefix examples/minimal-sender"
        assert not os.environ.get("CI"), missing
        pytest.skip(missing)
    chosen = CASES if os.environ.get("CCVC_CONFORMANCE") == "all" else DEFECTS
    code, report = run(tmp_path, [NODE, str(SAMPLE / "sender.mjs")], *chosen)
    assert failed(report) == {}
    assert {case["case"] for case in report["cases"]} == set(chosen)
    assert (code, report["passed"]) == (0, True)
