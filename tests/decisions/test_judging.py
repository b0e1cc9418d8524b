"""Sealed answers are judged again, years later: by the same facts, and by the law as it is known by then."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from ccvc.decisions import actions, checks, judging
from ccvc.node.cli import decisions as cli
from ccvc.node.cli.application import app
from tests.decisions.test_newcomers import recruiting
from tests.decisions.world import decided, drafted, held, people, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(monkeypatch):
    monkeypatch.setattr(cli, "node", lambda _home: nullcontext())


def run(*words):
    return CliRunner().invoke(app, ["decisions", "judge-again", *words])


def test_what_was_sealed_stands_whatever_the_dossier_has_become(agency, here):
    (key,) = people(agency)
    row = decided(agency, drafted(agency, "raise_regular", [key]))
    assert held(key)["employment"]["salary_step"] == 4  # nothing is due any more by the dossier of now
    assert judging.judge_again(row).differences == ()
    recruited = submitted(agency, recruiting(agency))
    assert judging.judge_again(recruited).stands
    amended = submitted(agency, actions.amend(agency.subject("officer"), row.pk, "revoke", "Tính sai"))
    assert judging.judge_again(amended).stands
    done = run()
    assert (done.exit_code, "1 quyết định" in done.output) == (0, True)


def test_a_law_known_otherwise_now_is_named_and_ends_with_1(agency, here, monkeypatch):
    (key,) = people(agency)
    row = decided(agency, drafted(agency, "raise_regular", [key]))
    asked = checks.CHECKS["raise_due"]

    def otherwise(case):
        return [replace(one, met="no") for one in asked(case)]

    monkeypatch.setattr(checks, "CHECKS", {**checks.CHECKS, "raise_due": otherwise})
    (found,) = judging.judge_again(row).differences
    assert (found.condition, found.sealed, found.found, found.passed) == ("raise_due", "yes", "no", False)
    done = run(str(row.pk))
    assert done.exit_code == 1
    assert "raise_due: khi đó yes, nay no" in done.output
    assert run("1/QĐ-H41").exit_code == 1
