"""As known on T, valid on V: lists, searches and files are told again as they were, whatever happened since."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ccvc import standard
from ccvc.access.models import AccessLog
from ccvc.dossiers import domain, selectors, spans
from ccvc.dossiers.actions import derive_heads, rebuild_spans
from ccvc.dossiers.models import Head, Past, Standing, Version
from ccvc.dossiers.selectors import Moment, Question
from ccvc.ledger.models import Entry
from tests import people
from tests.people import OTHER_UNIT, UNIT, Agency

TODAY = timezone.localdate()
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Made:
    """A version of the property test: what the fold needs, and a place."""

    statement: str
    document: str
    valid_from: date
    known_at: datetime
    place: str


def made(rng: random.Random, count: int) -> Iterator[Made]:
    """Random versions: each changes one thing, from days in any order, in one of two places, or amends the past."""
    document: dict[str, Any] = people.dossier()
    moment, place, days = timezone.now(), "A", list[date]()
    for number in range(count):
        moment += timedelta(seconds=rng.randrange(1, 5))
        if len(set(days)) > 1 and rng.random() < 0.4:
            first, until = sorted(rng.sample(sorted(set(days)), 2))
            path = rng.choice(["identity.full_name", "identity.phone", "education.degrees[r1]"])
            new = {"id": "r1", "level": "9"} if path.endswith("]") else f"thật ra {number}"
            yield Made(
                amending(path, new, until), standard.canonical(document).decode(), first, moment, place
            )
            continue
        section, name = rng.choice([("identity", "full_name"), ("identity", "phone"), ("employment", "rank")])
        changed = {section: document[section] | {name: f"{name} {number}"}}
        if rng.random() < 0.3:
            rows = document["education"]["degrees"]
            changed["education"] = {
                "degrees": [*rows[rng.randrange(2) :], {"id": f"r{number}", "level": "6"}]
            }
        document = standard.tidy({**document, **changed})
        place = rng.choice("AB") if rng.random() < 0.2 else place
        day = TODAY + timedelta(days=rng.randrange(-5, 6))
        days.append(day)
        yield Made("{}", standard.canonical(document).decode(), day, moment, place)


def amending(path: str, new: Any, until: date) -> str:
    """A statement that amends a value before a day."""
    named = domain.Corrects(1, "x", until.isoformat(), [domain.PastValue(path, None, new)])
    names = ("person", "agency", "unit", "standard", "document_sha256", "national_sha256", "reason")
    said: dict[str, Any] = dict.fromkeys(names, "x") | {"format": domain.FORMAT, "kind": "correct"}
    statement = domain.Statement(
        **said, personal_id=None, number=2, base=None, valid_from="2026-01-01", steps=[], corrects=named
    )
    return domain.statement_bytes(statement).decode()


def test_spans_answer_like_the_fold_at_every_pair_of_moments() -> None:
    rng = random.Random(7)
    for _ in range(30):
        versions = list(made(rng, rng.randrange(1, 7)))
        told = spans.spans(versions)
        for known in (v.known_at for v in versions):
            for day in (TODAY + timedelta(days=n) for n in range(-6, 7)):
                held = [
                    s
                    for s in told
                    if s.known_from <= known
                    and (s.known_to is None or s.known_to > known)
                    and s.valid_from <= day
                ]
                newest = max(held, key=lambda s: s.valid_from, default=None)
                wanted = domain.as_of(versions, known_at=known, valid_on=day).document
                assert (newest.document if newest else None) == wanted
                assert len({s.valid_from for s in held}) == len(held)


def changed(version: Version, section: str = "identity", **values: Any) -> dict[str, Any]:
    document = domain.parse(version.document)
    return document | {section: document[section] | values}


def browser(agency: Agency, name: str) -> Client:
    client = Client()
    client.force_login(agency.users[name])
    return client


def kept_twice(agency: Agency, version: Version, document: dict[str, Any], **more: Any) -> Version:
    return people.kept(agency, document, key=version.dossier.key, **more)


def stir(agency: Agency, first: Version, second: Version) -> None:
    """All that may happen to a list: new people, changes, a transfer, a correction of the past, a later decision."""
    people.kept(agency, people.dossier(3, full_name="Người Mới"))
    moved = changed(first, "employment", unit_code=OTHER_UNIT, unit_name="Sở khác", category="VC")
    last = kept_twice(agency, first, moved, unit_code=OTHER_UNIT)
    kept_twice(agency, first, changed(last, full_name="Tên Khác"), unit_code=OTHER_UNIT, kind="correct")
    later = kept_twice(agency, second, changed(second, full_name="Tên Mai Sau"), valid_from=TODAY + 9 * DAY)
    kept_twice(agency, second, changed(later, phone="0903111222"), valid_from=TODAY - 300 * DAY)


@pytest.fixture
def two(agency: Agency) -> list[Version]:
    return [
        people.kept(agency, people.dossier(1, full_name="Lê Văn Một"), valid_from=TODAY - 400 * DAY),
        people.kept(agency, people.dossier(2, full_name="Trần Thị Hai"), valid_from=TODAY - 400 * DAY),
    ]


def test_a_saved_list_is_told_again_to_the_byte(agency: Agency, two: list[Version]) -> None:
    client = browser(agency, "officer")
    saved: dict[str, bytes] = {}
    for form, query in (
        ("json", {}),
        ("csv", {"q": "mot"}),
        ("json", {"unit": UNIT, "category": "CC", "page": "2"}),
    ):
        asked = client.get(reverse("dossiers:file", args=[form]), query)
        assert asked.status_code == 302
        saved[asked["Location"]] = client.get(asked["Location"]).content
    stir(agency, *two)
    for address, content in saved.items():
        assert client.get(address).content == content
        fresh = client.get(address.partition("&known")[0].partition("?known")[0], follow=True)
        assert fresh.content != content
    look = AccessLog.objects.filter(act="export").order_by("pk")[0]
    assert set(look.person_keys) == {v.dossier.key for v in two}


def test_a_list_says_who_was_where_on_a_day_of_the_past(agency: Agency, two: list[Version]) -> None:
    before = selectors.settled()
    stir(agency, *two)
    officer = agency.subject("officer")

    def names(asked: Question, known_at: datetime, day: date) -> list[str]:
        found = selectors.search_as_of(officer, asked, Moment(known_at, day))
        return [row.full_name for row in found]

    now, unit = selectors.settled(), Question(unit=UNIT)
    assert names(unit, before, TODAY) == ["Trần Thị Hai", "Lê Văn Một"]
    assert names(unit, now, TODAY) == ["Trần Thị Hai", "Người Mới"]
    assert names(unit, now, TODAY + 9 * DAY) == ["Người Mới", "Tên Mai Sau"]
    assert names(unit, now, TODAY - DAY) == ["Trần Thị Hai", "Lê Văn Một"]
    assert names(Question(unit=OTHER_UNIT), now, TODAY) == ["Tên Khác"]
    assert names(Question(), now, TODAY - 500 * DAY) == []
    assert names(Question("mot"), now, TODAY) == []
    assert names(Question("mot"), before, TODAY) == ["Lê Văn Một"]


def test_who_is_in_reach_only_then_or_only_now_is_in_no_past_list(agency: Agency, two: list[Version]) -> None:
    before = selectors.settled()
    stir(agency, *two)
    colleague = agency.subject("colleague")  # holds OTHER_UNIT alone, where the first person is now
    assert [h.full_name for h in selectors.search(colleague, "")] == ["Tên Khác"]
    for moment in (Moment(before, TODAY), Moment(selectors.settled(), TODAY - DAY)):
        assert not selectors.search_as_of(colleague, Question(), moment).exists()
    for name in ("stranger", "administrator"):
        now = Moment(selectors.settled(), TODAY)
        assert not selectors.search_as_of(agency.subject(name), Question(), now).exists()


def test_the_list_of_now_is_the_list_as_known_now(agency: Agency, two: list[Version]) -> None:
    stir(agency, *two)
    people.kept(agency, people.dossier(4, full_name="Người Sắp Đến"), valid_from=TODAY + DAY)
    officer, now = agency.subject("officer"), Moment(selectors.settled(), TODAY)
    for asked in (Question(), Question("hai"), Question(unit=UNIT), Question(equal={"category": "VC"})):
        of_now = selectors.search(officer, asked.text, unit=asked.unit, **asked.equal)
        as_known = selectors.search_as_of(officer, asked, now)
        assert [r.dossier.key for r in as_known] == [r.dossier.key for r in of_now]


def test_what_is_derived_step_by_step_is_what_is_derived_from_the_versions(
    agency: Agency, two: list[Version]
) -> None:
    stir(agency, *two)

    def everything() -> list[Any]:
        return list(Standing.objects.order_by("dossier", "valid_from", "known_from", "known_to").values())

    step_by_step = everything()
    assert Past.objects.filter(known_to__isnull=False).exists()
    assert derive_heads() == 3
    assert everything() == step_by_step
    Head.objects.update(valid_from=None, known_from=None)  # as an older version of the program leaves them
    Past.objects.all().delete()
    assert derive_heads(due_on=TODAY) == 3
    assert everything() == step_by_step


DAMAGE = {
    "changed": "UPDATE dossiers_past SET full_name = 'Ai đó' WHERE dossier_id = {0} AND id = (SELECT min(id) FROM "
    "dossiers_past WHERE dossier_id = {0})",
    "missing": "DELETE FROM dossiers_past WHERE dossier_id = {0}",
    "extra": "INSERT INTO dossiers_past (full_name, name_plain, name_key, dossier_id, unit_id, valid_from, known_from) "
    "SELECT full_name, name_plain, name_key, dossier_id, unit_id, valid_from - 7, known_from FROM dossiers_head "
    "WHERE dossier_id = {0}",
    "head": "UPDATE dossiers_head SET sex = '9', unit_id = 7 WHERE dossier_id = {0}",
}


def test_damaged_spans_are_named_and_told_again(agency: Agency, two: list[Version]) -> None:
    stir(agency, *two)

    def everything() -> list[Any]:
        return list(Standing.objects.order_by("dossier", "valid_from", "known_from", "known_to").values())

    def rebuilt(*, mend: bool) -> dict[UUID, Any]:
        for done in rebuild_spans(by="tests", mend=mend):
            assert done.people == 3
        return done.found

    whole, key, entries = everything(), two[0].dossier.key, Entry.objects.count()
    assert rebuilt(mend=True) == {}
    for what, statement in DAMAGE.items():
        connection.cursor().execute(statement.format(two[0].dossier_id))
        found = rebuilt(mend=False)
        assert everything() != whole, "only looked at"
        assert rebuilt(mend=True) == found
        assert everything() == whole
        assert set(found) == {key}
        assert {damage.what for damage in found[key]} == {"changed" if what == "head" else what}
        if what in {"changed", "head"}:
            columns = {"changed": ("full_name",), "head": ("sex", "unit_id")}[what]
            assert [damage.columns for damage in found[key]] == [columns]
    new = Entry.objects.filter(index__gte=entries)
    assert [(e.subject, json.loads(e.payload)["act"]) for e in new] == [("spans", "spans_rebuilt")] * 4


def test_the_page_of_the_past_says_so_and_leads_to_dossiers_of_that_moment(
    agency: Agency, two: list[Version]
) -> None:
    stir(agency, *two)
    client, yesterday = browser(agency, "officer"), TODAY - DAY
    shown = client.get(reverse("dossiers:list"), {"valid": f"{yesterday:%d/%m/%Y}"}).content.decode()
    assert "Không phải danh sách hiện tại" in shown
    assert "Lê Văn Một" in shown
    assert "Người Mới" not in shown
    assert f"{two[0].dossier.key}/?valid=" in shown
    assert client.get(reverse("dossiers:list"), {"known": "hôm qua"}).status_code == 422
    look = AccessLog.objects.filter(act="list").latest("pk")
    assert look.detail == f"{yesterday:%d/%m/%Y}"


def test_nothing_under_way_can_be_dated_before_what_is_complete(agency: Agency) -> None:
    first = people.kept(agency, people.dossier())
    assert first.known_at <= selectors.settled() <= timezone.now()
    second = people.kept(agency, people.dossier(2))
    assert second.known_at > first.known_at


def test_known_times_follow_positions_even_if_the_clock_goes_back(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = people.kept(agency, people.dossier())
    back = first.known_at - timedelta(minutes=5)
    monkeypatch.setattr("django.utils.timezone.now", lambda: back)
    second = people.kept(agency, people.dossier(2))
    assert second.known_at > first.known_at
