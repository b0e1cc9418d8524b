"""Sealed answers are judged again, years later: by the same facts, and by the law as it is known by then."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import date

import orjson
import pytest
from django.urls import reverse
from typer.testing import CliRunner

from ccvc.decisions import actions, checks, judging, signing
from ccvc.headcount.actions import Decision as Assigning
from ccvc.headcount.actions import assign
from ccvc.ledger.verification import verify
from ccvc.node.cli import decisions as cli
from ccvc.node.cli.application import app
from tests.decisions.test_newcomers import recruiting
from tests.decisions.world import decided, drafted, held, people, sign, submitted, verified
from tests.people import UNIT

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
    assert [(one.moment, one.differences) for one in judging.judge_again(row)] == [
        ("submitted", ()),
        ("signed", ()),
    ]
    recruited = submitted(agency, recruiting(agency))
    assert [one.stands for one in judging.judge_again(recruited)] == [True]
    amended = submitted(agency, actions.amend(agency.subject("officer"), row.pk, "revoke", "Tính sai"))
    assert [one.stands for one in judging.judge_again(amended)] == [True]
    done = run()
    assert (done.exit_code, "1 quyết định" in done.output) == (0, True)


def test_a_law_known_otherwise_now_is_named_and_ends_with_1(agency, here, monkeypatch):
    (key,) = people(agency)
    row = decided(agency, drafted(agency, "raise_regular", [key]))
    asked = checks.CHECKS["raise_due"]

    def otherwise(case):
        return [replace(one, met="no") for one in asked(case)]

    monkeypatch.setattr(checks, "CHECKS", {**checks.CHECKS, "raise_due": otherwise})
    (found,) = judging.judge_again(row)[0].differences
    assert (found.condition, found.sealed, found.found, found.passed) == ("raise_due", "yes", "no", False)
    done = run(str(row.pk))
    assert done.exit_code == 1
    assert "raise_due: khi trình yes, nay no" in done.output
    assert "raise_due: khi ký yes, nay no" in done.output
    assert run("1/QĐ-H41").exit_code == 1


def test_what_is_answered_otherwise_at_the_signature_is_shown_signed_and_kept(agency, client):
    """Nobody knew the places when it was submitted; by the signature they were assigned, and there is room."""
    row = verified(agency, recruiting(agency))
    said = Assigning("12/QĐ-UBND", date(2025, 12, 20), "Uỷ ban nhân dân tỉnh")
    by, on = agency.subject("administrator"), date(2026, 1, 1)
    approver = agency.subject("approver")
    before = signing.prepare(approver, row.pk).root
    assign(by, code=UNIT, line="civil_servants", number=5, on=on, decision=said)
    assert signing.prepare(approver, row.pk).root != before  # what was seen is what is signed
    client.force_login(agency.users["approver"])
    page = client.get(reverse("decisions:sign", args=[row.pk])).content.decode()
    assert "Khi trình: Chưa kết luận được" in page
    done = sign(agency, row)
    first, last = done.sealed.order_by("pk")
    assert (first.moment, last.moment) == ("submitted", "signed")
    assert [answer(one, "headcount") for one in (first, last)] == ["cannot_tell", "yes"]
    assert all(one.stands for one in judging.judge_again(done))
    assert (
        "Khi trình: Chưa kết luận được"
        in client.get(reverse("decisions:detail", args=[row.pk])).content.decode()
    )
    assert list(verify().faults) == []
    last.content = last.content.replace('"met":"yes"', '"met":"no"')
    last.save()
    assert [fault.code for fault in verify().faults] == ["LED-DATA"]


def answer(sealed, name):
    (one,) = orjson.loads(sealed.content)["people"]
    return next(found["met"] for found in one["conditions"] if found["name"] == name)
