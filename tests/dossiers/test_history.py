"""The timeline of a dossier, a field through time, the difference of two moments; nothing in it did not happen."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from ccvc import standard
from ccvc.access.models import AccessLog
from ccvc.changes import actions as changes
from ccvc.changes.domain import Proposal
from ccvc.dossiers import domain, selectors
from ccvc.dossiers.models import Version
from ccvc.dossiers.selectors import Wanted
from ccvc.standard.problems import Problem
from tests import people
from tests.people import UNIT, Agency

TODAY = timezone.localdate()
DAY = timedelta(days=1)
NAME, PHONE = "identity.full_name", "identity.phone"
OLD, MIDDLE = TODAY - 2000 * DAY, TODAY - 100 * DAY


def changed(version: Version, section: str = "identity", **values: Any) -> dict[str, Any]:
    document = domain.parse(version.document)
    return document | {section: document.get(section, {}) | values}


def then(agency: Agency, first: Version, document: dict[str, Any], **more: Any) -> Version:
    return people.kept(agency, document, key=first.dossier.key, **more)


def told(agency: Agency, version: Version, by: str = "officer", size: int = 50, **wanted: Any) -> Any:
    subject, key = agency.subject(by), version.dossier.key
    return selectors.timeline(subject, key, Wanted(**wanted), None, size)


def numbers(agency: Agency, version: Version, by: str = "officer", **wanted: Any) -> list[int]:
    return [line.number for line in told(agency, version, by, **wanted).lines]


def browser(agency: Agency, name: str) -> Client:
    client = Client()
    client.force_login(agency.users[name])
    return client


@pytest.fixture
def three(agency: Agency) -> list[Version]:
    """Opened in the past; a phone number and a degree later; then the degree's major."""
    first = people.kept(agency, people.dossier(), valid_from=OLD)
    more = changed(first, phone="0903111222")
    more["education"] = {
        "degrees": [*more["education"]["degrees"], {"id": "d2", "level": "7", "major": "Sử"}]
    }
    second = then(agency, first, more, valid_from=MIDDLE)
    rows = domain.parse(second.document)["education"]["degrees"]
    third = then(agency, first, changed(second, "education", degrees=[rows[0], rows[1] | {"major": "Địa"}]))
    return [first, second, third]


def test_a_history_is_narrowed_by_field_group_person_and_period(agency: Agency, three: list[Version]) -> None:
    first = three[0]
    assert numbers(agency, first) == [3, 2, 1]
    assert numbers(agency, first, path=PHONE) == [2]
    assert numbers(agency, first, path=NAME) == [1]
    assert numbers(agency, first, path="education.degrees[d2].major") == [3, 2]
    assert numbers(agency, first, path="education.degrees[d1]") == [1]
    assert numbers(agency, first, path="education.degrees") == [3, 2, 1]
    assert numbers(agency, first, group="education") == [3, 2, 1]
    assert numbers(agency, first, group="identity") == [2, 1]
    assert numbers(agency, first, who="Người checker") == [3, 2, 1]
    assert numbers(agency, first, who="Người approver") == [3, 2, 1]
    assert numbers(agency, first, who="Ai đó") == []
    assert numbers(agency, first, since=TODAY, until=TODAY) == [3, 2, 1]
    assert numbers(agency, first, until=TODAY - DAY) == []
    (line,) = told(agency, first, path="education.degrees[d2].major").lines[:1]
    assert [(d.path, d.old, d.new) for d in line.differences] == [
        ("education.degrees[d2].major", "Sử", "Địa")
    ]
    assert "Địa" in line.names["education.degrees[d2]"]
    assert line.verdict == "valid"
    assert told(agency, first).people == [
        "Người approver",
        "Người checker",
        "Người officer",
        "Người verifier",
    ]


def test_what_may_not_be_read_cannot_be_asked_of_history(agency: Agency, three: list[Version]) -> None:
    last = then(agency, three[0], changed(three[2], religion="01"))
    assert numbers(agency, last, "officer", path="identity.religion") == [4, 1]
    for path in ("identity.religion", "identity.nothing", "x", "identity.religion' OR '1"):
        with pytest.raises(Problem) as caught:
            numbers(agency, last, "inspector", path=path)
        assert caught.value.code == "DOS-NO-FIELD"
    assert numbers(agency, last, "inspector", group="identity") == [2, 1]
    assert numbers(agency, last, "officer", group="identity") == [4, 2, 1]
    with pytest.raises(Problem) as caught:
        numbers(agency, last, "stranger")
    assert caught.value.code == "DOS-UNKNOWN"


def test_a_page_reads_only_its_versions(agency: Agency, three: list[Version]) -> None:
    def asked() -> tuple[Any, list[str]]:
        with CaptureQueriesContext(connection) as queries:
            page = told(agency, three[0], size=2)
        return page, [query["sql"] for query in queries]

    _, few = asked()
    last = three[2]
    for number in range(6):
        last = then(agency, last, changed(last, phone=f"09031112{number:02}"))
    page, many = asked()
    assert len(many) == len(few) < 20
    assert [line.number for line in page.lines] == [9, 8]
    assert page.page.paginator.count == 9
    (read,) = [sql for sql in many if sql.startswith('SELECT "dossiers_version"."id"')]
    assert read.count("IN (") == 1


def test_the_first_document_needed_is_the_newest_unless_a_later_day_is_folded_out() -> None:
    def needed(days: list[int], valid: int) -> int:
        moments = [(TODAY + day * DAY, timezone.now()) for day in days]
        return domain.first_needed(moments, known_at=None, valid_on=TODAY + valid * DAY)

    assert [needed([-9, -8, -7], 0), needed([-9, 5, -7], 0), needed([5, -7], 0), needed([], 0)] == [
        2,
        0,
        0,
        0,
    ]
    assert needed([-9, -8, -7, 9, -6], 0) == 2


def test_the_timeline_is_shown_and_recorded(agency: Agency, three: list[Version]) -> None:
    client, key = browser(agency, "officer"), three[0].dossier.key
    address = reverse("dossiers:history", args=[key])
    page = client.get(address).content.decode()
    assert page.count("Chữ ký hợp lệ") == 3
    assert escape(f"{address}?path=identity.phone") in page
    assert f"{reverse('changes:row', args=[key, 'education', 'degrees', 'd2'])}?corrects=3" in page
    one = client.get(address, {"path": PHONE}).content.decode()
    assert "0903111222" in one
    assert "Địa" not in one
    assert AccessLog.objects.latest("pk").detail == f"{address}?path=identity.phone"
    assert client.get(address, {"path": "identity.nothing"}).status_code == 422
    assert browser(agency, "stranger").get(address).status_code == 404


def test_two_moments_are_compared_as_a_page_and_as_json(agency: Agency, three: list[Version]) -> None:
    client, key = browser(agency, "officer"), three[0].dossier.key
    known = three[0].known_at.isoformat()
    asked: dict[str, Any] = {"known": known, "valid": OLD.isoformat()}
    page = client.get(reverse("dossiers:difference", args=[key]), asked).content.decode()
    assert "0903111222" in page
    assert "những điều đã ghi lúc đó nay vẫn giữ" in page
    then(agency, three[0], changed(three[2], full_name="Nguyễn Văn Ân"), valid_from=OLD, kind="correct")
    answer = client.get(reverse("dossiers:difference_json", args=[key]), asked).json()
    assert [d["path"] for d in answer["given_up"]] == [NAME]
    assert {d["path"] for d in answer["differences"]} == {NAME, PHONE, "education.degrees[d2]"}
    assert answer["before"]["valid"] == OLD.isoformat()
    same = client.get(
        reverse("dossiers:difference_json", args=[key]), {**asked, "known2": known, "valid2": OLD}
    )
    assert same.json()["differences"] == []
    hidden = browser(agency, "inspector").get(reverse("dossiers:difference_json", args=[key]), asked)
    assert "religion" not in hidden.content.decode()


def correct(agency: Agency, last: Version, document: dict[str, Any], **more: Any) -> Version:
    """A correction by the whole way, approved."""
    key, subject = last.dossier.key, agency.subject(more.pop("by", "officer"))
    proposal = Proposal(key, UNIT, document, TODAY, "Ghi nhầm")
    authority = more.pop("authority", "Quyết định 7/QĐ-SNV")
    change = changes.correct(subject, key, proposal, authority=authority, **more)
    people.pass_steps(agency, [change.pk])
    return people.approve(agency, [change.pk])[0]


def test_a_correction_names_what_it_corrects_and_leaves_it_standing(
    agency: Agency, three: list[Version]
) -> None:
    before = timezone.now()
    fixed = correct(agency, three[2], changed(three[2], phone="0903111223"), version=2)
    assert (fixed.number, fixed.valid_from) == (4, MIDDLE)
    newest, _, second, _ = told(agency, fixed).lines
    assert newest.kind == "correct"
    assert newest.corrects == domain.Corrects(2, "Quyết định 7/QĐ-SNV")
    assert list(second.corrected_by) == [4]
    assert "0903111222" in [d.new for d in second.differences]
    officer, key = agency.subject("officer"), fixed.dossier.key
    table = {
        (before, TODAY): "0903111222",
        (None, TODAY): "0903111223",
        (before, MIDDLE): "0903111222",
        (None, MIDDLE): "0903111223",
        (before, MIDDLE - DAY): None,
        (None, MIDDLE - DAY): None,
    }
    found = {
        (known, day): selectors.document(officer, key, known_at=known, valid_on=day)["identity"].get("phone")
        for known, day in table
    }
    assert found == table
    page = browser(agency, "officer").get(reverse("dossiers:history", args=[key])).content.decode()
    assert "Đã được đính chính" in page
    assert "theo Quyết định 7/QĐ-SNV" in page


def test_what_cannot_be_corrected_is_refused_with_its_reason(agency: Agency, three: list[Version]) -> None:
    last, both = three[2], changed(three[2], phone="0903111223", full_name="Nguyễn Văn Ân")
    rows = domain.parse(last.document)["education"]["degrees"]
    refused: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("CHG-CORRECT-AUTHORITY", changed(last, phone="1"), {"authority": " "}),
        ("CHG-CORRECT-NOTHING", changed(last, email="an@an.vn"), {}),
        ("CHG-CORRECT-SEVERAL", both, {}),
        ("CHG-CORRECT-REPLACED", both, {"version": 2}),
        (
            "CHG-CORRECT-REPLACED",
            changed(last, "education", degrees=[rows[0], rows[1] | {"major": "Văn"}]),
            {"version": 2},
        ),
        ("DOS-UNKNOWN", changed(last, phone="1"), {"by": "stranger"}),
    ]
    for code, document, more in refused:
        with pytest.raises(Problem) as caught:
            correct(agency, last, document, **more)
        assert caught.value.code == code
    assert Version.objects.filter(dossier=last.dossier).count() == 3


def test_a_correction_is_declared_from_the_timeline(agency: Agency, three: list[Version]) -> None:
    client, key = browser(agency, "officer"), three[0].dossier.key
    address = f"{reverse('changes:declare', args=[key, 'identity'])}?corrects=2"
    page = client.get(address)
    form = page.context["reason"]
    assert (form["kind"].value(), form["valid_from"].value()) == ("correct", MIDDLE)
    fields = {f.html_name: f.value() for name in ("form", "reason") for f in page.context[name]}
    given = {name: value for name, value in fields.items() if value is not None}
    given |= {"phone": "0903111224", "why-reason": "Ghi nhầm", "why-truth": "on"}
    given["why-valid_from"] = f"{TODAY:%d/%m/%Y}"
    assert "họ tên, chức vụ người có thẩm quyền" in client.post(address, given).content.decode()
    given["why-authority"] = "Giám đốc Sở Trần Văn B"
    answer = client.post(address, given)
    assert answer.status_code == 302
    shown = client.get(answer["Location"]).content.decode()
    assert "Đính chính phiên bản 2, theo Giám đốc Sở Trần Văn B" in shown


def test_history_replayed_is_the_document_and_every_difference_happened(agency: Agency) -> None:
    rng = random.Random(11)
    last = people.kept(agency, people.dossier())
    for number in range(8):
        document = changed(last, **{rng.choice(["phone", "other_names", "email"]): f"a{number}@an.vn"})
        day = TODAY + timedelta(days=rng.choice([-30, -2, 0, 20]))
        if rng.random() < 0.3:
            last = correct(agency, last, changed(last, full_name=f"Nguyễn Văn {'ABCDEFGH'[number]}"))
        else:
            last = then(agency, last, document, valid_from=day)
    with pytest.raises(Problem) as caught:
        then(agency, last, domain.parse(last.document))
    assert caught.value.code == "CHG-NOTHING"
    replayed: dict[str, Any] = {"standard": "2026-07"}
    for line in told(agency, last).lines[::-1]:
        assert line.differences
        replayed = standard.apply(replayed, line.differences)  # strict: each starts from what really was
        stored = Version.objects.get(dossier=last.dossier, number=line.number)
        assert replayed == domain.parse(stored.document)


def test_the_database_refuses_to_rewrite_what_was_done(agency: Agency, three: list[Version]) -> None:
    correct(agency, three[2], changed(three[2], phone="0903111223"), version=2)
    refused = (
        "UPDATE changes_step SET name = 'Người khác'",
        "UPDATE changes_step SET at = at - interval '1 day', undone = true",
        "DELETE FROM changes_step",
        "UPDATE changes_correction SET version = 1",
        "DELETE FROM changes_correction",
        "UPDATE changes_change SET reason = 'khác' WHERE state = 'approved'",
        "UPDATE changes_change SET state = 'proposed', version_id = NULL WHERE state = 'approved'",
        "DELETE FROM changes_change",
        "UPDATE dossiers_version SET statement = replace(statement, 'Ghi', 'ghi')",
        "UPDATE access_accesslog SET purpose = 'khác'",
    )
    browser(agency, "officer").get(reverse("dossiers:history", args=[three[0].dossier.key]))
    for sql in refused:
        with pytest.raises(DatabaseError, match="is refused"), transaction.atomic(), connection.cursor() as c:
            c.execute(sql)
