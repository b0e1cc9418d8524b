"""Packages of changes, from the sealed bytes to the receipt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from ccvc import standard
from ccvc.exchange.actions import store_inbound
from ccvc.ledger.models import Entry
from ccvc.registry.actions import derive_people
from ccvc.registry.models import Person, Refusal, Version
from tests.registry import people
from tests.registry.scheme import Component, change, change_lines

pytestmark = pytest.mark.django_db


def test_accepted_versions_keep_the_exact_bytes(component: Component) -> None:
    changes = [change(n) for n in range(3)]
    answer = component.send(*changes)
    assert answer.counts == (3, 0)
    kept = {v.person_id: v for v in Version.objects.all()}
    for index, sent in enumerate(changes, start=1):
        row = kept[sent.person]
        assert (row.statement.encode(), row.document.encode()) == (sent.statement, sent.document)
        assert (bytes(row.hash), row.package, row.record) == (sent.hash, answer.inbound.pk, index)


def test_a_person_has_the_columns_of_their_document(component: Component) -> None:
    component.send(change(5))
    row = Person.objects.get()
    assert (row.agency_code, row.number, row.full_name) == ("H41", 1, people.name(5))
    assert row.name_plain == standard.plain(people.name(5))
    assert bytes(row.name_key) == standard.sort_key(people.name(5))
    assert (row.birth_year, row.sex, row.category, row.rank) == (1972, "2", "VC", "01.003")
    assert (str(row.salary_coefficient), row.religion, row.position) == ("3.99", None, None)


def test_odd_letters_survive_the_way_into_the_tables(component: Component) -> None:
    document = people.document(1, employment={"unit_name": 'Phòng \\N "một" \\ hai', "main_work": "a\\tb"})
    sent = change(1, document=document)
    assert component.send(sent).counts == (1, 0)
    assert Person.objects.get().unit_name == 'Phòng \\N "một" \\ hai'
    assert Version.objects.get().document.encode() == sent.document


def test_white_space_between_the_values_of_a_document_is_kept_as_signed(component: Component) -> None:
    spaced = (
        change(1)
        .document.replace(b'{"affiliation"', b'{\t"affiliation"')
        .replace(b',"career"', b'\r,"career"')
    )
    digest = standard.digest(spaced)
    sent = change(1, national_sha256=digest, document_sha256=digest)
    sent = replace(sent, document=spaced)
    assert component.send(sent).counts == (1, 0)
    assert Version.objects.get().document.encode() == spaced


def test_a_repeated_package_changes_nothing_and_gets_the_same_receipt(component: Component) -> None:
    data = component.seal(change_lines([change(1), change(2)]))
    first = component.deliver(data)
    entries = Entry.objects.count()
    again = store_inbound(data, "https")
    assert again.repeated
    assert again.receipt == first.inbound.receipt.sequence
    assert (Version.objects.count(), Entry.objects.count()) == (2, entries)


def test_the_same_versions_in_a_new_package_are_harmless(component: Component) -> None:
    first, other = change(1), change(2)
    second = change(1, number=2, after=first)
    component.send(first, other)
    component.send(second)
    answer = component.send(first, second, other)
    assert answer.counts == (3, 0)
    assert Version.objects.count() == 3
    assert Person.objects.get(key=first.person).number == 2


def test_a_second_version_replaces_the_row_and_keeps_the_first_version(component: Component) -> None:
    first = change(1)
    second = change(1, number=2, after=first, document=people.document(1, employment={"salary_step": 9}))
    component.send(first)
    assert component.send(second).counts == (1, 0)
    row = Person.objects.get()
    assert (row.number, bytes(row.hash), row.salary_step) == (2, second.hash, 9)
    assert list(Version.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_versions_of_one_person_may_follow_each_other_in_one_package(component: Component) -> None:
    first = change(1)
    second = change(1, number=2, after=first)
    third = change(1, number=3, after=second, document=people.document(1, employment={"salary_step": 4}))
    assert component.send(first, second, third).counts == (3, 0)
    assert (Person.objects.get().number, Person.objects.get().salary_step) == (3, 4)


def test_a_number_may_pass_from_one_person_to_another_in_one_package(component: Component) -> None:
    first, second = change(1), change(2)
    component.send(first, second)
    freed = people.document(1, identity={"personal_id": people.personal_id(77)})
    taken = people.document(2, identity={"personal_id": people.personal_id(1)})
    fresh = people.document(3, identity={"personal_id": people.personal_id(2)})
    answer = component.send(
        change(1, number=2, after=first, document=freed),
        change(2, number=2, after=second, document=taken),
        change(3, document=fresh),
    )
    assert answer.counts == (3, 0)
    held = dict(Person.objects.values_list("key", "personal_id"))
    assert held[second.person] == people.personal_id(1)


def test_a_change_valid_later_takes_effect_on_its_day(component: Component) -> None:
    today = timezone.localdate()
    first = change(1)
    later = people.document(1, employment={"position_title": "Trưởng phòng"})
    second = change(1, number=2, after=first, document=later, valid_from=today + timedelta(days=3))
    third = people.document(1, employment={"position_title": "Trưởng phòng", "salary_step": 9})
    component.send(first)
    component.send(second)
    row = Person.objects.get()
    assert (row.number, row.position_title, row.changes_on) == (2, "Chuyên viên", today + timedelta(days=3))
    component.send(change(1, number=3, after=second, document=third))
    row = Person.objects.get()
    assert (row.number, row.position_title, row.salary_step) == (3, "Chuyên viên", 9)
    assert derive_people() == 0


def test_the_daily_work_derives_a_row_on_its_day(
    component: Component, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = timezone.localdate() + timedelta(days=3)
    first = change(1)
    later = people.document(1, employment={"position_title": "Trưởng phòng"})
    component.send(first)
    component.send(change(1, number=2, after=first, document=later, valid_from=day))
    monkeypatch.setattr(timezone, "localdate", lambda *_: day)
    assert derive_people() == 1
    row = Person.objects.get()
    assert (row.position_title, row.changes_on) == ("Trưởng phòng", None)
    assert derive_people() == 0


def test_a_person_valid_only_later_is_held_and_waits(component: Component) -> None:
    day = timezone.localdate() + timedelta(days=10)
    assert component.send(change(1, valid_from=day), change(2)).counts == (2, 0)
    assert Person.objects.get(changes_on=day).full_name == people.name(1)


def test_versions_and_refusals_can_be_neither_changed_nor_deleted(component: Component) -> None:
    first = change(1)
    component.send(first, change(2, number=4, after=first))
    for rows, values in ((Version.objects, {"document": "{}"}), (Refusal.objects, {"code": "X"})):
        for act in (
            lambda rows=rows, values=values: rows.update(**values),
            lambda rows=rows: rows.all().delete(),
        ):
            with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
                act()
