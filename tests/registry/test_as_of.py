"""The register as known on T and valid on V: searches and counts are told again as they were."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.dossiers.selectors import Moment, settled
from ccvc.insight.selectors import Question, statistics
from ccvc.ledger.models import Entry
from ccvc.registry import storing
from ccvc.registry.actions import rebuild_spans
from ccvc.registry.models import Past, Person, Standing
from ccvc.registry.selectors import history, person, search, search_as_of
from tests.registry import people
from tests.registry.scheme import Component, change

SYSTEM = Subject.system("tests")
TODAY = timezone.localdate()
DAY = timedelta(days=1)


def titled(number: int, title: str) -> dict[str, Any]:
    return people.document(number, employment={"position_title": title})


def everything() -> list[Any]:
    return list(Standing.objects.order_by("person", "valid_from", "known_from", "known_to").values())


def titles(moment: Moment, text: str = "00") -> dict[str, str | None]:
    found = search_as_of(SYSTEM, text, moment)
    return {str(row.personal_id): row.position_title for row in found.people}


def test_a_search_is_told_again_whatever_was_accepted_since(component: Component) -> None:
    first, other = (
        change(1, valid_from=TODAY - 300 * DAY, document=titled(1, "Chuyên viên")),
        change(2, valid_from=TODAY - 300 * DAY),
    )
    component.send(first, other)
    before = settled()
    saved = titles(Moment(before, TODAY))
    second = change(1, number=2, after=first, document=titled(1, "Phó phòng"), valid_from=TODAY - 9 * DAY)
    component.send(second)
    third = change(1, number=3, after=second, document=titled(1, "Trưởng phòng"), valid_from=TODAY + DAY)
    back = people.document(1, employment={"position_title": "Trưởng phòng"}, identity={"sex": "2"})
    fourth = change(1, number=4, after=third, document=back, valid_from=TODAY - 100 * DAY)
    component.send(third, fourth, change(3))
    number, now = people.personal_id(1), settled()
    assert titles(Moment(before, TODAY)) == saved
    assert saved[number] == "Chuyên viên"
    told = {day: titles(Moment(now, TODAY + day * DAY)).get(number) for day in (-301, -299, -10, -9, 0, 1)}
    assert list(told.values()) == [
        None,
        "Chuyên viên",
        "Chuyên viên",
        "Phó phòng",
        "Phó phòng",
        "Trưởng phòng",
    ]
    as_known = search_as_of(SYSTEM, "00", Moment(now, TODAY)).people
    assert [row.key for row in as_known] == [row.key for row in search(SYSTEM, "00").people]
    assert search_as_of(SYSTEM, "0", Moment(now, TODAY)).people == []


def test_the_past_written_step_by_step_is_the_past_told_from_the_versions(component: Component) -> None:
    first, other = change(1), change(2, valid_from=TODAY - 5 * DAY)
    component.send(first, other)
    second = change(1, number=2, after=first, document=titled(1, "Phó phòng"))
    component.send(second, change(2, number=2, after=other, document=titled(2, "A"), valid_from=TODAY - DAY))
    component.send(
        change(1, number=3, after=second, document=titled(1, "B"), valid_from=TODAY - 30 * DAY), change(3)
    )
    written = everything()
    assert Past.objects.count() == 4
    Person.objects.update(valid_from=None)
    assert storing.derive_due(TODAY) == 3
    assert everything() == written
    assert [done.found for done in rebuild_spans(by="tests")] == [{}]
    Past.objects.filter(person=first.person).update(position_title="Ai đó")
    Person.objects.filter(pk=other.person).update(sex="9", number=7)
    (done,) = rebuild_spans(by="tests")
    assert everything() == written
    told = {key: {column for one in wrong for column in one.columns} for key, wrong in done.found.items()}
    assert told == {first.person: {"position_title"}, other.person: {"sex", "number"}}
    assert Entry.objects.filter(subject="spans").count() == 1


def corrects(until: Any, *past: tuple[str, Any, Any]) -> dict[str, Any]:
    rows = [{"path": path, "old": old, "new": new} for path, old, new in past]
    return {
        "kind": "correct",
        "corrects": {"authority": "x", "version": 1, "until": str(until), "past": rows},
    }


def test_the_past_amended_by_a_component_is_told_so(component: Component) -> None:
    title, day = "employment.position_title", TODAY - 9 * DAY
    first = change(1, valid_from=TODAY - 300 * DAY, document=titled(1, "Chuyên viên"))
    second = change(1, number=2, after=first, document=titled(1, "Phó phòng"), valid_from=day)
    component.send(first, second)
    before = settled()
    said = corrects(day, (title, "Chuyên viên", "Thanh tra viên"))
    amending = change(
        1, number=3, after=second, document=titled(1, "Phó phòng"), valid_from=TODAY - 300 * DAY, **said
    )
    component.send(amending)
    number = people.personal_id(1)
    told = {
        (known, n): titles(Moment(known, day - n * DAY))[number]
        for known in (before, settled())
        for n in (0, 1)
    }
    assert list(told.values()) == ["Phó phòng", "Chuyên viên", "Phó phòng", "Thanh tra viên"]
    seen = person(SYSTEM, amending.person, valid_on=day - DAY)
    assert seen.document["employment"]["position_title"] == "Thanh tra viên"
    assert [d.path for d in history(SYSTEM, amending.person)[0].line.differences] == [title]
    assert [done.found for done in rebuild_spans(by="tests")] == [{}]


@pytest.mark.parametrize(
    ("until", "path", "new", "code"),
    [
        (TODAY, "identity.birth_date", "hôm qua", "REG-INVALID"),
        (TODAY, "education.degrees[d1]", 5, "REG-INVALID"),
        (TODAY, "identity", {}, "REG-STATEMENT"),
        (TODAY, "identity.phone", "0903", "REG-STATEMENT"),
        (TODAY, "education.degrees[]", 5, "REG-STATEMENT"),
        (TODAY, "education.degrees[].level", "7", "REG-STATEMENT"),
        (TODAY - 400 * DAY, "employment.position_title", "x", "REG-STATEMENT"),
        ("hôm nay", "employment.position_title", "x", "REG-STATEMENT"),
    ],
)
def test_what_could_not_stand_in_the_past_is_refused(
    component: Component, until: Any, path: str, new: Any, code: str
) -> None:
    first = change(1, valid_from=TODAY - 300 * DAY)
    component.send(first)
    written = everything()
    said = corrects(until, (path, None, new))
    answer = component.send(change(1, number=2, after=first, valid_from=TODAY - 300 * DAY, **said))
    assert [verdict.code for verdict in answer.verdicts] == [code]
    assert everything() == written


def test_counts_of_the_past_stay(component: Component, other: Component) -> None:
    component.send(change(1), change(2))
    before = Moment(settled(), TODAY)
    asked = Question(rows="sex", moment=before)
    saved = statistics(SYSTEM, asked)
    other.send(change(7, agency="G12"))
    component.send(change(3))
    assert statistics(SYSTEM, asked) == saved
    assert saved.table.total.count == 2
    by_agency = statistics(SYSTEM, Question(moment=Moment(settled(), TODAY)))
    assert [cell.count for cell in by_agency.table.row_totals if cell.count] == [1, 3]
    assert by_agency.table.rows == statistics(SYSTEM, Question()).table.rows
    assert statistics(SYSTEM, Question(moment=Moment(settled(), date(2001, 1, 1)))).table.total.count == 0
