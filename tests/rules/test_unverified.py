"""What nobody could hold against its source is said to be so, wherever an answer rests on it."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ccvc.node.cli.application import app
from ccvc.rules import appointments, facts, parameters
from ccvc.rules.explaining import explain
from ccvc.rules.milestones import milestones
from ccvc.rules.parameters import Law

SOURCE = Path(parameters.__file__).parents[1]
HELD = {
    "category": "CC",
    "status": "01",
    "salary_group": "A1",
    "salary_step": 3,
    "raise_clock_from": "2022-04-01",
}


def dossier(career=None, **employment):
    return {
        "identity": {"sex": "1", "birth_date": "1980-05-01"},
        "employment": HELD | employment,
        "career": career or {},
    }


def disciplined(*rows, **more):
    return dossier(disciplines=[{"id": f"d{n}", **row} for n, row in enumerate(rows)], **more)


PARTY = {"form": "D4", "effective_from": "2023-05-01"}
BOTH = ({"form": "D1", "effective_from": "2026-05-04"}, {"form": "HC1", "effective_from": "2026-06-10"})
SICK = {"absences": [{"id": "a", "kind": "sick_leave", "from": "2023-01-01", "to": "2023-09-30"}]}
UNSURE = [
    ("raise", dossier(SICK), "TT 08/2013"),
    ("raise", disciplined(PARTY), "khai trừ"),
    ("raise", dossier(salary_group="CGCC", salary_step=3), "TT 04/2005"),
    ("raise", disciplined({"form": "HC6", "effective_from": "2023-05-01"}, category="CB"), "bãi nhiệm"),
    ("discipline", disciplined(*BOTH), "150 ngày"),
    ("appointment", dossier(category="VC"), "NĐ 259/2026"),
    ("appointment", {"employment": {"status": "01"}}, "Luật 80/2025"),
]
ON = date(2026, 11, 1)


@pytest.mark.parametrize(("rule", "document", "basis"), UNSURE)
def test_an_answer_that_rests_on_unsure_law_says_so(rule, document, basis):
    told = [reason for reason in explain(rule, document, ON)["reasons"] if reason.get("certainty") == "?"]
    assert any(basis in reason["basis"] for reason in told)
    assert all(Law(one["basis"], "?").told().endswith("(chưa kiểm chứng)") for one in told)


@pytest.mark.parametrize(
    ("rule", "document"),
    [
        ("raise", dossier()),
        ("raise", disciplined({"form": "HC1", "effective_from": "2023-05-01"})),
        ("discipline", disciplined(BOTH[1])),
    ],
)
def test_what_is_sure_is_not_said_to_be_unsure(rule, document):
    assert [one for one in explain(rule, document, ON)["reasons"] if one.get("certainty") == "?"] == []


def test_a_discipline_counted_from_the_party_says_so_in_lists_and_at_a_reappointment():
    document = disciplined(*BOTH)
    (ends,) = [one for one in milestones(document, ON) if one.topic == "discipline"]
    (weighed,) = [
        one.reason
        for one in appointments.check(facts.candidate(document, ON), "reappoint", ON).conditions
        if one.reason.code == "WEIGHED"
    ]
    for law in (ends.reasons[0].law, weighed.law):
        assert law.told().endswith("150 ngày) (chưa kiểm chứng)")
        assert law.told("en").endswith("(not verified)")


def test_the_command_says_it_in_words(tmp_path):
    file = tmp_path / "dossier.json"
    file.write_text(json.dumps(dossier(SICK)), encoding="utf-8")
    told = CliRunner().invoke(app, ["rules", "explain", "raise", str(file), "--on", "01/11/2026"])
    assert told.exit_code == 0, told.output
    assert "(chưa kiểm chứng)]" in told.output


def test_no_page_shows_a_basis_without_saying_how_sure_it_is():
    """A page takes `Law.told`, or the certainty beside the basis."""
    bare = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in sorted(SOURCE.rglob("*.py"))
        if "rules" not in path.relative_to(SOURCE).parts[:1]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\blaw\.basis\b", line) and "certainty" not in line
    ]
    assert bare == []
