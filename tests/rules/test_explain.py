"""One person's case by command: the answer with reasons and articles, and a refusal of what is no dossier."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from ccvc.node.cli.application import app
from ccvc.rules.explaining import RULES
from ccvc.standard.problems import Problem

HELD = {
    "category": "CC",
    "status": "01",
    "salary_group": "A1",
    "salary_step": 3,
    "raise_clock_from": "2022-04-01",
}


def asked(rule, document, tmp_path):
    file = tmp_path / "dossier.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return CliRunner().invoke(app, ["rules", "explain", rule, str(file), "--on", "01/04/2025", "--json"])


def test_a_raise_is_told_with_reasons_articles_and_the_edition_of_the_rules(tmp_path):
    ran = asked("raise", {"employment": HELD}, tmp_path)
    told = json.loads(ran.stdout.splitlines()[-1])
    assert (told["answer"], told["first"], told["step"]) == ("due", "2025-04-01", 4)
    assert told["reasons"][0]["basis"].startswith("TT 08/2013")
    assert len(told["edition"]) == 16


@pytest.mark.parametrize("rule", RULES)
def test_of_nearly_nothing_every_rule_answers(rule, tmp_path):
    ran = asked(rule, {"employment": {}}, tmp_path)
    assert ran.exit_code == 0
    assert json.loads(ran.stdout.splitlines()[-1])["answer"] in {"cannot_tell", "none"}


@pytest.mark.parametrize(
    "employment",
    [
        {"disciplines": ["no row"]},
        {"disciplines": [{"form": "HC1"}]},
        {"salary_step": "three"},
        {"beyond_frame_percent": "five", "beyond_frame_from": "2024-01-01", "salary_step": 9},
    ],
)
def test_what_is_no_dossier_is_refused_with_its_place(employment, tmp_path):
    ran = asked("raise", {"employment": HELD | employment}, tmp_path)
    assert isinstance(ran.exception, Problem)
    assert ran.exception.code == "RUL-DOCUMENT"
    assert ran.exception.where
