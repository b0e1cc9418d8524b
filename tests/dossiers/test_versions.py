"""Versions, their chain, the head, history and the two times."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from ccvc import standard
from ccvc.dossiers import domain, selectors
from ccvc.dossiers.actions import derive_heads
from ccvc.dossiers.models import Dossier, Head, Version
from ccvc.ledger.verification import verify
from ccvc.signing.actions import verify_batch
from ccvc.standard.problems import Problem
from tests import people
from tests.owner import tamper
from tests.people import Agency

TODAY = timezone.localdate()


def renamed(version: Version, **identity: Any) -> dict[str, Any]:
    document = domain.parse(version.document)
    return document | {"identity": document["identity"] | identity}


def test_an_approved_change_makes_a_signed_version_and_a_head(agency: Agency) -> None:
    version = people.kept(agency, people.dossier())
    statement = msgspec.json.decode(version.statement, type=domain.Statement)
    assert (version.number, version.position, version.previous) == (1, 1, None)
    assert statement.document_sha256 == standard.digest(version.document.encode())
    assert [s.step for s in statement.steps] == ["declare", "check", "verify"]
    assert [s.account for s in statement.steps] == ["officer", "checker", "verifier"]
    assert verify_batch(version.signature).status == "valid"
    head = Head.objects.get()
    assert (head.full_name, head.birth_year, head.highest_level) == ("Nguyễn Văn An", 1985, None)


def test_each_version_is_chained_to_the_one_before(agency: Agency) -> None:
    first = people.kept(agency, people.dossier())
    second = people.kept(agency, renamed(first, full_name="Nguyễn Văn Ân"), key=first.dossier.key)
    assert bytes(second.previous or b"") == bytes(first.hash)
    assert msgspec.json.decode(second.statement)["base"] == bytes(first.hash).hex()
    assert Dossier.objects.get().current_number == 2
    assert Head.objects.get().full_name == "Nguyễn Văn Ân"


@pytest.mark.parametrize("sql", ["UPDATE dossiers_version SET number = 7", "DELETE FROM dossiers_version"])
def test_the_database_refuses_to_change_or_delete_a_version(agency: Agency, sql: str) -> None:
    people.kept(agency, people.dossier())
    with (
        pytest.raises(DatabaseError, match="only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_history_names_who_did_what_and_what_changed(agency: Agency) -> None:
    first = people.kept(agency, people.dossier())
    people.kept(agency, renamed(first, full_name="Nguyễn Văn Ân"), key=first.dossier.key)
    newest, oldest = selectors.history(agency.subject("officer"), first.dossier.key)
    assert [(d.path, d.old, d.new) for d in newest.differences] == [
        ("identity.full_name", "Nguyễn Văn An", "Nguyễn Văn Ân")
    ]
    assert newest.approver == "Người approver"
    assert oldest.number == 1


def test_a_change_valid_later_shows_from_its_day_on(agency: Agency) -> None:
    first = people.kept(agency, people.dossier())
    later = TODAY + timedelta(days=10)
    people.kept(agency, renamed(first, full_name="Tên Mới"), key=first.dossier.key, valid_from=later)
    document = selectors.document(agency.subject("officer"), first.dossier.key)
    assert document["identity"]["full_name"] == "Nguyễn Văn An"
    head = Head.objects.get()
    assert (head.full_name, head.changes_on) == ("Nguyễn Văn An", later)
    then = selectors.document(agency.subject("officer"), first.dossier.key, valid_on=later)
    assert then["identity"]["full_name"] == "Tên Mới"


def test_a_change_made_today_does_not_wait_for_one_valid_later(agency: Agency) -> None:
    first = people.kept(agency, people.dossier())
    later = TODAY + timedelta(days=10)
    second = people.kept(agency, renamed(first, full_name="Tên Mới"), key=first.dossier.key, valid_from=later)
    people.kept(agency, renamed(second, other_names="Hai"), key=first.dossier.key)
    now = selectors.document(agency.subject("officer"), first.dossier.key)["identity"]
    assert (now["full_name"], now["other_names"]) == ("Nguyễn Văn An", "Hai")


def test_heads_are_derived_again_on_their_day(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    first = people.kept(agency, people.dossier())
    later = TODAY + timedelta(days=10)
    people.kept(agency, renamed(first, full_name="Tên Mới"), key=first.dossier.key, valid_from=later)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: later)
    assert derive_heads(due_on=later) == 1
    assert Head.objects.get().full_name == "Tên Mới"


def test_a_dossier_that_begins_later_is_listed_from_its_day_and_found_before(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = TODAY + timedelta(days=1)
    first = people.kept(agency, people.dossier(1, full_name="Người Sắp Đến"), valid_from=day)
    people.kept(
        agency, renamed(first, phone="0903111222"), key=first.dossier.key, valid_from=day + timedelta(days=30)
    )
    here = people.kept(agency, people.dossier(2, full_name="Người Đang Làm"))
    people.kept(agency, renamed(here, phone="0903111333"), key=here.dossier.key, valid_from=day)

    def listed(text: str = "") -> list[str]:
        return [head.full_name for head in selectors.search(agency.subject("officer"), text)]

    assert listed() == ["Người Đang Làm"]
    assert listed("sap den") == listed("040085000001") == ["Người Sắp Đến"]
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: day)
    assert sorted(listed()) == ["Người Sắp Đến", "Người Đang Làm"]


def test_as_known_before_a_correction(agency: Agency) -> None:
    first = people.kept(agency, people.dossier())
    moment = timezone.now()
    people.kept(agency, renamed(first, full_name="Nguyễn Văn Ân"), key=first.dossier.key)
    before = selectors.document(agency.subject("officer"), first.dossier.key, known_at=moment)
    assert before["identity"]["full_name"] == "Nguyễn Văn An"


def test_a_stranger_and_nobody_get_the_same_answer(agency: Agency) -> None:
    key = people.kept(agency, people.dossier()).dossier.key
    for who, wanted in (("stranger", key), ("officer", uuid4()), ("colleague", key), ("administrator", key)):
        with pytest.raises(Problem) as caught:
            selectors.seen(agency.subject(who), wanted)
        assert caught.value.code == "DOS-UNKNOWN"
    assert not selectors.heads(agency.subject("stranger")).exists()


def test_sensitive_fields_are_left_out_and_counted(agency: Agency) -> None:
    key = people.kept(agency, people.dossier()).dossier.key
    seen = selectors.seen(agency.subject("inspector"), key)
    assert "religion" not in seen.document["identity"]
    assert "ethnic_group" not in seen.document["identity"]
    assert seen.hidden == 2
    assert "religion" in selectors.document(agency.subject("officer"), key)["identity"]


@pytest.mark.parametrize("text", ["Nguyễn Văn An", "nguyen van an", "an nguyen", "NGUYEN", "040085000001"])
def test_search_finds_with_and_without_tone_marks(agency: Agency, text: str) -> None:
    people.kept(agency, people.dossier())
    assert selectors.search(agency.subject("officer"), text).count() == 1
    assert not selectors.search(agency.subject("officer"), "Trần").exists()


def test_the_feed_gives_every_version_in_order(agency: Agency) -> None:
    first = people.kept(agency, people.dossier())
    people.kept(agency, people.dossier(2))
    items = selectors.feed(0, 10)
    assert [i.position for i in items] == [1, 2]
    assert (
        standard.digest(items[0].national_document) == msgspec.json.decode(first.statement)["national_sha256"]
    )
    assert [i.position for i in selectors.feed(1, 10)] == [2]


@pytest.mark.parametrize("column", ["statement", "document", "hash", "valid_from", "leaf"])
def test_a_changed_byte_of_a_version_is_found(agency: Agency, column: str) -> None:
    people.kept(agency, people.dossier())
    assert verify().ok
    changed = {
        "statement": "replace(statement, 'Quyết', 'Quyệt')",
        "document": "replace(document, 'Luật', 'Luất')",
        "hash": "sha256('x')",
        "valid_from": "valid_from - 1",
        "leaf": "leaf + 1",
    }[column]
    tamper(f"UPDATE dossiers_version SET {column} = {changed}")
    fault = verify().first_fault
    assert fault is not None
    assert fault.code in {"DOS-VERSION-CHANGED", "DOS-VERSION-MISSING"}
