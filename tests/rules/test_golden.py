"""Worked cases through the command, and that a case with another expectation fails."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ccvc.node.cli.application import app
from ccvc.rules.golden.running import KINDS, run

FILES = sorted((Path(__file__).parent / "golden").glob("*.csv"))
TURNED = {
    "allow": "block", "block": "allow", "warn": "hold", "hold": "block", "yes": "no", "no": "yes", "none": "1",
    "for": "none", "due": "not_due", "not_due": "due", "ahead": "over", "over": "ahead", "notice_missed": "ahead",
    "decision_missed": "over", "actual": "actual 99", "cannot": "allow",
}  # fmt: skip


def read(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def other(text):
    """The same expectation, of another day, another outcome or another number."""
    if re.search(r"\d{4}-\d\d-\d\d", text):
        return re.sub(r"(\d{4})-", lambda found: f"{int(found[1]) + 1}-", text)
    first = text.split()[0].strip(",")
    numbered = re.sub(r"\d+", lambda found: str(int(found[0]) + 1), text, count=1)
    return TURNED.get(first) or (numbered if numbered != text else f"{text}1")


def test_every_kind_has_a_file():
    assert {run(path).kind for path in FILES} == set(KINDS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_all_cases_pass_and_the_last_line_says_so(path):
    ran = CliRunner().invoke(app, ["rules", "golden", str(path), "--json"])
    account = json.loads(ran.stdout.splitlines()[-1])
    assert account == {"cases": len(read(path)), "passed": len(read(path)), "failed": []}
    assert ran.exit_code == 0
    assert not run(path).remarks  # the words of every case are understood, none is taken from its column


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_case_with_another_expectation_fails(path, tmp_path):
    for case in read(path):
        for column, text in case.items():
            if column.startswith(("expected", "next_")) and text:
                assert other(text) != text, (case["case_id"], column, text)
                turned = write(tmp_path / "turned.csv", [{**case, column: other(text)}])
                ran = run(turned)
                assert ran.passed == 0, (case["case_id"], column, other(text))
                assert column in ran.failed[0]["differs"]


def test_a_failing_file_ends_with_1_and_says_where(tmp_path):
    case = read(FILES[-1])[0] | {"expected_date": "1999-01-01"}
    ran = CliRunner().invoke(app, ["rules", "golden", str(write(tmp_path / "wrong.csv", [case]))])
    assert ran.exit_code == 1
    assert case["case_id"] in ran.stdout
    assert "1999-01-01" in ran.stdout
