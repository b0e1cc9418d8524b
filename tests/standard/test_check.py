"""check() says everything that is wrong, once, in words a clerk understands."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccvc.standard import Document, Group, Standard, Table, check, current, national, using
from ccvc.standard.sense import IN_ORDER
from tests.standard import tiny
from tests.standard.strategies import documents, spoilt
from tests.standard.test_shape import NGUYEN_VAN_AN

ON = date(2026, 11, 21)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("a1-", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "thing", "x"]), inner),
    max_leaves=8,
)


def found(document: Any, on: date = ON, standard: Standard | None = None) -> list[tuple[str, str]]:
    with using(standard or tiny.standard()):
        return [(finding.code, finding.path) for finding in check(document, on=on)]


def thing(**values: Any) -> Document:
    return {"standard": "2026-07", "thing": {"name": "An"} | values}


def rows(*given: dict[str, Any]) -> Document:
    return thing(rows=[{"name": "An"} | row for row in given])


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": 7}, "STD-STRING"),
        ({"name": ""}, "STD-EMPTY"),
        ({"name": "x" * 11}, "STD-LONG"),
        ({"name": " x"}, "STD-TEXT"),
        ({"name": "x\ny"}, "STD-TEXT"),
        ({"name": "\x00"}, "STD-TEXT"),
        ({"name": {"state": "gone"}}, "STD-STATE"),
        ({"name": "a\u0301"}, "STD-NFC"),
        ({"badge": "a1"}, "STD-PATTERN"),
        ({"story": "x\ty"}, "STD-TEXT"),
        ({"day": "2023-02-29"}, "STD-DATE"),
        ({"day": "2023-02"}, "STD-DATE"),
        ({"day": "1850-01-01"}, "STD-RANGE"),
        ({"about": "2023-13"}, "STD-PARTIAL-DATE"),
        ({"about": "1899"}, "STD-RANGE"),
        ({"colour": "99"}, "STD-CODE"),
        ({"colour": 1}, "STD-STRING"),
        ({"colour": "4"}, "STD-CODE-DATE"),
        ({"colours": []}, "STD-LIST"),
        ({"colours": ["1", "99"]}, "STD-CODE"),
        ({"colours": ["1", "4"]}, "STD-CODE-DATE"),
        ({"colours": ["1", "1"]}, "STD-CODE-TWICE"),
        ({"count": "3"}, "STD-INTEGER"),
        ({"count": True}, "STD-INTEGER"),
        ({"count": 10}, "STD-RANGE"),
        ({"rate": 2.34}, "STD-STRING"),
        ({"rate": "2.3"}, "STD-DECIMAL"),
        ({"rate": "-2.34"}, "STD-DECIMAL"),
        ({"rate": "0.49"}, "STD-RANGE"),
        ({"rate": "20.01"}, "STD-RANGE"),
        ({"sure": "true"}, "STD-BOOLEAN"),
        ({"where": "Nam Đàn"}, "STD-PLACE"),
        ({"where": {"text": ""}}, "STD-PLACE-TEXT"),
        ({"where": {"text": "x", "code": "01"}}, "STD-PLACE-CODE-DATE"),
        ({"where": {"text": "x", "code": "02", "code_date": "2025-07-01"}}, "STD-CODE"),
        ({"where": {"text": "x", "code": "10", "code_date": "2025-07-01"}}, "STD-CODE-DATE"),
        ({"where": {"text": "x", "code": "10", "code_date": "2025"}}, "STD-DATE"),
        ({"pid": "12345678901"}, "STD-PERSONAL-ID"),
        ({"stranger": 1}, "STD-UNKNOWN"),
    ],
)
def test_one_fault_one_finding(values: dict[str, Any], code: str) -> None:
    assert found(thing(**values)) == [(code, f"thing.{next(iter(values))}")]


@pytest.mark.parametrize(
    "values",
    [
        {"story": "x\ny"},
        {"about": "1900"},  # its last day lies within the bounds
        {"change": "-0.5"},
        {"whole": "12"},
        {"rate": {"state": "unknown"}},
        {"where": {"state": "withheld"}},
        {"where": {"text": "x", "code": "10", "code_date": "2025-06-30"}},
        {"colours": ["1", "3"]},
        {"badge": "A1"},
    ],
)
def test_what_is_right_is_not_mentioned(values: dict[str, Any]) -> None:
    assert found(thing(**values)) == []


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ([], ("STD-OBJECT", "")),
        ({"thing": {"name": "An"}}, ("STD-VERSION", "standard")),
        ({"standard": "2026-13", "thing": {"name": "An"}}, ("STD-VERSION", "standard")),
        ({"standard": "2030-01", "thing": {"name": "An"}}, ("STD-VERSION-NEWER", "standard")),
        ({"standard": "2026-07"}, ("STD-REQUIRED", "thing.name")),
        ({"standard": "2026-07", "thing": []}, ("STD-OBJECT", "thing")),
        (thing() | {"stranger": {}}, ("STD-UNKNOWN", "stranger")),
        (thing(rows=[]), ("STD-ROWS", "thing.rows")),
        (thing(rows={"state": "none"}), ("STD-ROWS", "thing.rows")),
        (rows({}), ("STD-ROW-ID", "thing.rows")),
        (rows({"id": "a b"}), ("STD-ROW-ID", "thing.rows")),
        (rows({"id": "a"}, {"id": "a"}), ("STD-ROW-TWICE", "thing.rows")),
        (thing(rows=[{"id": "a"}]), ("STD-REQUIRED", "thing.rows[a].name")),
        (rows({"id": "a", "x": 1}), ("STD-UNKNOWN", "thing.rows[a].x")),
        (rows({"id": "a", "count": 10}), ("STD-RANGE", "thing.rows[a].count")),
        (thing(id="a"), ("STD-UNKNOWN", "thing.id")),
    ],
)
def test_faults_of_the_frame(document: Any, expected: tuple[str, str]) -> None:
    assert found(document) == [expected]


def test_all_faults_are_listed_at_once() -> None:
    document = thing(name="", count=99, day="x", rows=[{"id": "a", "colour": "99"}])
    assert sorted(path for _, path in found(document)) == [
        *("thing.count", "thing.day", "thing.name", "thing.rows[a].colour", "thing.rows[a].name")
    ]


def test_a_row_of_history_is_judged_by_its_own_days() -> None:
    closed = {"id": "a", "colour": "4"}
    assert found(rows(closed | {"about": "2021"})) == []
    assert found(rows(closed | {"about": "2024"})) == [("STD-ROW-CODE-DATE", "thing.rows[a].colour")]
    assert found(rows(closed), on=date(2021, 1, 1)) == []


def test_findings_speak_both_languages_and_carry_the_value() -> None:
    with using(tiny.standard()):
        [finding] = check(thing(colour="4"), on=ON)
        english = finding.message("en")
    assert finding.message_vi == "“Mục colour”: “Xanh dương” không có hiệu lực vào ngày 21/11/2026."
    assert finding.message() == finding.message_vi
    assert english == "“Something”: “Blue” is not in force on 21/11/2026."
    assert (finding.severity, finding.value) == ("error", "4")


# What is declared with dates

LATER = tiny.field("later", 'type = "boolean"\nrequired = true\nvalid_from = 2027-01-01')
CLOSED = tiny.field("closed", 'type = "boolean"\nrequired = true\nvalid_to = 2027-12-31')


def test_what_is_required_depends_on_the_day() -> None:
    first = tiny.field("name", 'type = "text"\nmax_length = 9')
    standard = tiny.of_group(tiny.GROUP + first + LATER + CLOSED)
    bare, full = thing(), thing(later=True, closed=True)
    assert found(bare, date(2026, 12, 31), standard) == [("STD-REQUIRED", "thing.closed")]
    assert found(bare, date(2027, 1, 1), standard) == [
        *(("STD-REQUIRED", "thing.later"), ("STD-REQUIRED", "thing.closed"))
    ]
    assert found(bare, date(2028, 1, 1), standard) == [("STD-REQUIRED", "thing.later")]
    assert found(full, date(2027, 12, 31), standard) == []
    assert found(full, date(2028, 1, 1), standard) == [("STD-FIELD-CLOSED", "thing.closed")]


# The shipped standard


def changed(path: str, value: Any) -> Document:
    document = copy.deepcopy(NGUYEN_VAN_AN)
    group, name = path.split(".")
    document.setdefault(group, {})[name] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "codes"),
    [
        ("affiliation.party_official_on", "2009-12", ["STD-ORDER"]),
        ("affiliation.party_official_on", "2011-05", []),
        ("affiliation.party_official_on", "2010", []),
        (
            "career.work_history",
            [{"id": "w", "from": "2012", "to": "2011-12", "position": "A"}],
            ["STD-ORDER"],
        ),
        ("career.work_history", [{"id": "w", "from": "2012", "to": "2012", "position": "A"}], []),
        ("identity.sex", "2", ["STD-PERSONAL-ID-SEX"]),
        ("identity.birth_date", "1986", ["STD-PERSONAL-ID-YEAR"]),
        ("identity.personal_id", {"state": "none"}, []),
    ],
)
def test_values_are_held_against_each_other(path: str, value: Any, codes: list[str]) -> None:
    document = changed(path, value)
    document.setdefault("affiliation", {})["party_joined_on"] = "2010-05-19"
    assert [code for code, _ in found(document, standard=current())] == codes


def test_every_pair_of_dates_in_order_is_declared() -> None:
    holders: list[Group | Table] = [*current().groups.values(), *current().tables.values()]
    for one, other in IN_ORDER:
        assert any({one, other} <= holder.members.keys() for holder in holders), (one, other)


def test_a_national_document_is_judged_by_the_national_part() -> None:
    part = national(NGUYEN_VAN_AN | {"identity": NGUYEN_VAN_AN["identity"] | {"phone": "0912345678"}})
    assert check(part, on=ON, standard=current().national) == []
    with_phone = changed("identity.phone", "0912345678")
    findings = check(with_phone, on=ON, standard=current().national)
    assert [(finding.code, finding.path) for finding in findings] == [("STD-UNKNOWN", "identity.phone")]


@settings(deadline=None, max_examples=200)
@given(document=spoilt(tiny.standard()) | JSON)
def test_whatever_comes_is_judged_without_a_crash(document: Any) -> None:
    assert isinstance(found(document), list)


@settings(deadline=None, max_examples=50)
@given(document=documents(tiny.standard()))
def test_judging_changes_nothing(document: Document) -> None:
    before = copy.deepcopy(document)
    found(document)
    assert document == before
