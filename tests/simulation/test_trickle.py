"""Live changes: each plausible, clean, and different."""

from __future__ import annotations

import copy
import random
from collections import Counter
from datetime import date

import pytest

from ccvc.rules import salary
from ccvc.simulation import trickle
from ccvc.simulation.agencies import units_for
from ccvc.simulation.people import Person, people
from ccvc.standard import canonical, check, diff

ON = date(2026, 11, 21)


@pytest.fixture(scope="module")
def crowd() -> list[Person]:
    return list(people(17, "H41", units_for("H41", 400), 400))


def test_changes_are_clean_and_leave_the_old_document_alone(crowd: list[Person]) -> None:
    rng, reasons = random.Random(1), Counter[str]()
    for one in crowd:
        before = copy.deepcopy(one.document)
        changed, reason = trickle.next_change(rng, one.document, ON)
        assert one.document == before
        assert check(changed, on=ON) == []
        assert diff(before, changed)
        reasons[reason.split(" ")[0]] += 1
    assert len(reasons) >= 5


def test_a_life_of_changes_stays_clean(crowd: list[Person]) -> None:
    rng = random.Random(2)
    for one in crowd[:8]:
        document = one.document
        for month in range(36):
            on = date(2026 + (10 + month) // 12, (10 + month) % 12 + 1, 15)
            document, _ = trickle.next_change(rng, document, on)
            assert check(document, on=on) == []


def test_the_same_source_gives_the_same_changes(crowd: list[Person]) -> None:
    first, second = (
        [trickle.next_change(random.Random(3), one.document, ON) for one in crowd[:50]] for _ in range(2)
    )
    assert [canonical(document) for document, _ in first] == [canonical(document) for document, _ in second]


def test_a_raise_is_the_next_step_when_due(crowd: list[Person]) -> None:
    raised = 0
    for one in crowd:
        made = trickle.raise_step(random.Random(4), one.document, ON)
        if made is None:
            continue
        raised += 1
        before, after = one.document["employment"], made[0]["employment"]
        assert after["salary_step"] == before["salary_step"] + 1
        assert after["salary_coefficient"] == str(
            salary.coefficient(after["salary_group"], after["salary_step"], ON)
        )
        assert after["salary_history"][-2]["to"] == "2026-10"
        assert after["salary_history"][-1]["from"] == "2026-11"
        clock = date.fromisoformat(before["raise_clock_from"])
        months = (ON.year - clock.year) * 12 + ON.month - clock.month
        need = salary.months_to_next(before["salary_group"], before["salary_step"])
        assert need is not None
        assert months >= need - 12
    assert raised > 20


def test_documents_with_little_in_them_change_all_the_same() -> None:
    document = {
        "standard": "2026-07",
        "identity": {"personal_id": "040085123456", "full_name": "Nguyễn Văn An"},
    }
    changed, reason = trickle.next_change(random.Random(5), document, ON)
    assert changed != document
    assert reason
