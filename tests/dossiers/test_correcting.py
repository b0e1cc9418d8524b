"""A value a later version replaced is corrected for its time alone; what holds since, and what was known, stays."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from ccvc import standard
from ccvc.changes import actions as changes
from ccvc.changes.domain import Proposal
from ccvc.dossiers import domain, selectors
from ccvc.dossiers.actions import rebuild_spans
from ccvc.dossiers.models import Standing, Version
from ccvc.dossiers.selectors import Moment, Question
from ccvc.ledger.verification import verify
from ccvc.standard.problems import Problem
from tests import people
from tests.dossiers.test_history import DAY, MIDDLE, OLD, TODAY, browser, changed, numbers, then, told
from tests.owner import tamper
from tests.people import UNIT, Agency

TITLE = "employment.position_title"
AUTHORITY = "Quyết định 7/QĐ-SNV"


@pytest.fixture
def two(agency: Agency) -> list[Version]:
    """A title from the beginning, and another since."""
    document = people.dossier()
    document["employment"]["position_title"] = "Cán sự"
    first = people.kept(agency, document, valid_from=OLD)
    return [
        first,
        then(agency, first, changed(first, "employment", position_title="Phó phòng"), valid_from=MIDDLE),
    ]


def held(version: Version) -> str:
    return str(domain.parse(version.document)["employment"]["position_title"])


def amend(agency: Agency, given: Version, new: Any, /, **more: Any) -> Any:
    """A proposal to correct the title a version gave."""
    past = [standard.Difference(TITLE, more.pop("old", None) or held(given), new)]
    proposal = Proposal(given.dossier.key, UNIT, {}, TODAY, "Ghi nhầm", past=past)
    said: dict[str, Any] = {"authority": AUTHORITY, "version": given.number} | more
    subject = agency.subject(said.pop("by", "officer"))
    return changes.correct_past(subject, given.dossier.key, proposal, **said)


def approved(agency: Agency, change: Any) -> Version:
    people.pass_steps(agency, [change.pk])
    return people.approve(agency, [change.pk])[0]


def titles(agency: Agency, key: Any, known_at: datetime | None = None) -> list[str | None]:
    """Of the day before the beginning, its first day, the last before the replacement, that day, and today."""
    officer = agency.subject("officer")

    def of(day: date) -> str | None:
        found = selectors.document(officer, key, known_at=known_at, valid_on=day)
        return found.get("employment", {}).get("position_title")

    return [of(day) for day in (OLD - DAY, OLD, MIDDLE - DAY, MIDDLE, TODAY)]


def listed(agency: Agency, known_at: datetime, day: date) -> list[str | None]:
    rows = selectors.search_as_of(agency.subject("officer"), Question(), Moment(known_at, day))
    return [row.position_title for row in rows]


def test_the_past_is_corrected_and_what_replaced_it_stays(agency: Agency, two: list[Version]) -> None:
    first, second = two
    key, was, before = first.dossier.key, held(first), timezone.now()
    known = selectors.settled()
    fixed = approved(agency, amend(agency, first, "Chuyên viên chính"))
    assert fixed.document == second.document, "what holds now is what was approved to hold"
    assert titles(agency, key) == [None, "Chuyên viên chính", "Chuyên viên chính", "Phó phòng", "Phó phòng"]
    assert titles(agency, key, before) == [None, was, was, "Phó phòng", "Phó phòng"]
    now = selectors.settled()
    days = (OLD, MIDDLE - DAY, MIDDLE, TODAY)
    assert [listed(agency, known, day) for day in days] == [[was], [was], ["Phó phòng"], ["Phó phòng"]]
    assert [listed(agency, now, day)[0] for day in days] == titles(agency, key)[1:]
    rows = list(Standing.objects.order_by("valid_from", "known_from").values())
    assert [done.found for done in rebuild_spans(by="tests")] == [{}]
    assert list(Standing.objects.order_by("valid_from", "known_from").values()) == rows
    assert verify().ok


def test_the_history_shows_what_happened_and_nothing_else(agency: Agency, two: list[Version]) -> None:
    first, second = two
    fixed = approved(agency, amend(agency, first, "Chuyên viên chính"))
    newest, middle, oldest = told(agency, fixed).lines
    assert [(d.path, d.old, d.new) for d in newest.differences] == [(TITLE, held(first), "Chuyên viên chính")]
    assert (newest.valid_from, newest.until, newest.corrects.authority) == (OLD, MIDDLE, AUTHORITY)
    assert [(d.path, d.old, d.new) for d in middle.differences] == [(TITLE, held(first), held(second))]
    assert [list(oldest.corrected_by), list(middle.corrected_by)] == [[3], []]
    assert numbers(agency, fixed, path=TITLE) == [3, 2, 1]
    assert numbers(agency, fixed, group="employment") == [3, 2, 1]
    assert numbers(agency, fixed, group="identity") == [1]
    with pytest.raises(Problem) as caught:
        amend(agency, first, "Khác", old="Chuyên viên chính")
    assert (caught.value.code, caught.value.params["by"]) == ("CHG-CORRECT-REPLACED", 3)
    last = then(agency, fixed, changed(fixed, "employment", position_title="Trưởng phòng"))
    assert titles(agency, last.dossier.key)[1:] == ["Chuyên viên chính"] * 2 + ["Phó phòng", "Trưởng phòng"]
    again = approved(agency, amend(agency, fixed, "Thanh tra viên", old="Chuyên viên chính"))
    assert titles(agency, last.dossier.key)[1:] == ["Thanh tra viên"] * 2 + ["Phó phòng", "Trưởng phòng"]
    assert told(agency, again).lines[0].corrects.version == 3


def test_what_still_holds_is_corrected_as_before_and_what_cannot_be_is_refused(
    agency: Agency, two: list[Version]
) -> None:
    first, second = two
    assert amend(agency, second, "Trưởng phòng").correction.until is None
    changes.withdraw(
        agency.subject("officer"), [c.pk for c in second.dossier.changes.filter(state="proposed")], ""
    )
    refused: list[tuple[str, dict[str, Any]]] = [
        ("CHG-CORRECT-AUTHORITY", {"authority": " "}),
        ("STD-CONFLICT", {"version": 2}),
        ("DOS-NO-VERSION", {"version": 9}),
        ("DOS-UNKNOWN", {"by": "stranger"}),
        ("STD-CONFLICT", {"old": "chưa từng"}),
    ]
    for code, more in refused:
        with pytest.raises(Problem) as caught:
            amend(agency, first, "Khác", **more)
        assert caught.value.code == code
    assert Version.objects.filter(dossier=first.dossier).count() == 2


def test_it_is_signed_only_while_it_holds_for_the_time_it_names(agency: Agency, two: list[Version]) -> None:
    change = amend(agency, two[0], "Chuyên viên chính")
    people.pass_steps(agency, [change.pk])
    with pytest.raises(Problem) as caught:  # the value is free again when this one is signed or withdrawn
        then(agency, two[1], changed(two[1], "employment", position_title="Trưởng phòng"))
    assert caught.value.code == "CHG-CONFLICT"
    tamper("UPDATE changes_correction SET until = until - 1")
    with pytest.raises(Problem) as caught:
        changes.prepare(agency.subject("approver"), [change.pk])
    assert caught.value.code == "CHG-STALE"


def test_it_is_declared_from_the_line_of_the_version(agency: Agency, two: list[Version]) -> None:
    client, key = browser(agency, "officer"), two[0].dossier.key
    page = client.get(reverse("dossiers:history", args=[key])).content.decode()
    address = f"{reverse('changes:declare', args=[key, 'employment'])}?corrects=1"
    assert address in page
    form = client.get(address)
    assert form.context["form"]["position_title"].value() == held(two[0])
    assert "nội dung từ ngày ấy giữ nguyên" in form.content.decode()
    fields = {f.html_name: f.value() for name in ("form", "reason") for f in form.context[name]}
    given = {name: value for name, value in fields.items() if value is not None}
    given |= {"position_title": "Chuyên viên chính", "why-reason": "Ghi nhầm", "why-truth": "on"}
    given |= {"why-authority": AUTHORITY, "why-valid_from": f"{TODAY:%d/%m/%Y}"}
    assert client.post(address, given | {"why-kind": "update"}).status_code == 422
    answer = client.post(address, given)
    assert answer.status_code == 302
    shown = client.get(answer["Location"]).content.decode()
    assert f"từ {OLD:%d/%m/%Y} đến trước ngày {MIDDLE:%d/%m/%Y}" in shown
