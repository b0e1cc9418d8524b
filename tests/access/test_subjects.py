"""What subjects may do, without a database: an unregistered tree covers nothing but the very code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest

from ccvc.access import reach
from ccvc.access.domain import Right, Scope, Subject, readable, require, visible_fields
from ccvc.standard.fields import Field
from ccvc.standard.problems import Problem

DAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _no_tree() -> Iterator[None]:
    before = list(reach._trees)
    reach._trees[:] = [reach.NoTree()]
    yield
    reach._trees[:] = before


def subject(*grants: Scope, **changes: Any) -> Subject:
    values: dict[str, Any] = {"user_id": 7, "username": "an", "full_name": "An", "person_key": None}
    return Subject(**{**values, "grants": grants, "on": DAY, **changes})


def field(sensitivity: str) -> Field:
    return cast("Field", SimpleNamespace(sensitivity=sensitivity))


def refused(found: Subject, right: Right, unit: str | None = None, **more: Any) -> bool:
    try:
        require(found, right, unit, **more)
    except Problem as problem:
        return problem.code == "ACC-DENIED"
    return False


def test_rights_come_with_their_units() -> None:
    officer = subject(Scope("officer", "H41.12"), Scope("analyst", "*"))
    assert officer.roots(Right.DOSSIER_READ) == {"H41.12"}
    assert officer.roots(Right.STATISTICS_SEE) == {"H41.12", "*"}
    assert not officer.may(Right.CHANGE_APPROVE)
    assert not refused(officer, Right.DOSSIER_READ, "H41.12")
    assert refused(officer, Right.DOSSIER_READ, "H41.20")
    assert not refused(officer, Right.STATISTICS_SEE, "H01")


def test_a_right_over_ones_own_dossier_reaches_nobody_else() -> None:
    key = uuid4()
    person = subject(Scope("person", "H41"), person_key=key)
    assert not person.may(Right.CHANGE_PROPOSE)
    assert person.may_own(Right.CHANGE_PROPOSE)
    assert not person.roots(Right.DOSSIER_READ)
    assert not refused(person, Right.CHANGE_PROPOSE, "H41", person_key=key)
    assert refused(person, Right.CHANGE_PROPOSE, "H41", person_key=uuid4())
    assert refused(person, Right.CHANGE_APPROVE, "H41", person_key=key)


def test_nobody_may_nothing_and_a_role_the_policy_lost_gives_nothing() -> None:
    anonymous = Subject.anonymous()
    assert anonymous.is_anonymous
    lost = subject(Scope("emperor", "*"))
    for right in Right:
        assert refused(anonymous, right)
        assert refused(lost, right)
    assert not readable(lost, own=False)


def test_the_refusal_names_the_right_in_vietnamese() -> None:
    with pytest.raises(Problem) as caught:
        require(subject(), Right.CHANGE_APPROVE, "H41")
    assert caught.value.message() == "Tài khoản của bạn không có quyền phê duyệt và ký thay đổi ở đây."
    assert caught.value.where == "H41"


def test_system_may_everything_and_says_who_it_is() -> None:
    system = Subject.system("closing", on=DAY)
    assert all(system.may(right) for right in Right)
    assert system.username == "system:closing"
    assert system.user_id is None


def test_sensitivity_of_the_field_decides_who_reads_it() -> None:
    own = visible_fields(subject(person_key=uuid4()), own=True)
    officer = visible_fields(subject(Scope("officer", "H41")), own=False)
    inspector = visible_fields(subject(Scope("inspector", "H41")), own=False)
    administrator = visible_fields(subject(Scope("administrator", "H41")), own=False)
    seen = {
        name: [s for s in ("basic", "sensitive", "secret") if may(field(s))]
        for name, may in [("own", own), ("officer", officer), ("insp", inspector), ("adm", administrator)]
    }
    assert seen == {
        "own": ["basic", "sensitive", "secret"],
        "officer": ["basic", "sensitive"],
        "insp": ["basic"],
        "adm": [],
    }


def test_a_role_on_one_unit_opens_no_sensitive_data_of_another() -> None:
    both = subject(Scope("officer", "H41.12"), Scope("inspector", "H41.20"))
    assert readable(both, own=False, unit_code="H41.12") == {"basic", "sensitive"}
    assert readable(both, own=False, unit_code="H41.20") == {"basic"}
    assert readable(both, own=False, unit_code="H41.30") == frozenset()
    assert readable(both, own=False) == {"basic"}


def test_an_account_without_a_dossier_owns_none() -> None:
    assert readable(subject(), own=True) == frozenset()
