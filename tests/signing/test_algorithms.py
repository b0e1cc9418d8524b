from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ccvc.signing import algorithms, jws
from ccvc.standard.problems import Problem
from tests.signing.scheme import NOW, scheme

LIST = """
[[algorithm]]
purpose = "jws"
name = "ES256"
valid_from = 2024-07-01
valid_to = 2026-11-20
basis = "thử nghiệm"
certainty = "R"
"""


@pytest.fixture
def ended(tmp_path: Path) -> algorithms.AllowList:
    """A list in which ES256 ended the day before NOW, all else as it is."""
    file = tmp_path / "algorithms.toml"
    file.write_text(LIST)
    kept = tuple(a for a in algorithms.current().algorithms if a.purpose != "jws")
    return algorithms.AllowList((*algorithms.load(file).algorithms, *kept))


def test_a_row_holds_from_its_first_day_to_its_last(ended: algorithms.AllowList) -> None:
    days = [date(2024, 6, 30), date(2024, 7, 1), date(2026, 11, 20), date(2026, 11, 21)]
    assert [ended.allows("jws", "ES256", day) for day in days] == [False, True, True, False]


def test_every_row_says_why_and_how_sure() -> None:
    assert all(a.basis and a.certainty in "SK?RD" for a in algorithms.current().algorithms)


def test_days_are_counted_in_vietnam() -> None:
    assert algorithms.day(datetime(2026, 11, 20, 16, 59, tzinfo=UTC)) == date(2026, 11, 20)
    assert algorithms.day(datetime(2026, 11, 20, 17, 0, tzinfo=UTC)) == date(2026, 11, 21)


def test_an_ended_algorithm_is_refused_for_new_signatures_and_accepted_for_old(
    ended: algorithms.AllowList,
) -> None:
    made = jws.sign(
        b"x", scheme().key, scheme().chain(scheme().cert()), at=datetime(2026, 11, 19, tzinfo=UTC)
    )
    with algorithms.using(ended):
        now = jws.verify(made, scheme().trust(), NOW, "approve")[0].verdict
        then = jws.verify(made, scheme().trust(), datetime(2026, 11, 19, tzinfo=UTC), "approve")[0].verdict
        with pytest.raises(Problem) as refused:
            jws.sign(b"x", scheme().key, scheme().chain(scheme().cert()), at=NOW)
    assert (now.status, now.code) == ("invalid", "SIG-ALGORITHM")
    assert "ES256" in now.message
    assert "21/11/2026" in now.message
    assert then.ok
    assert refused.value.code == "SIG-ALGORITHM"


def test_certificates_under_an_algorithm_not_allowed_are_refused() -> None:
    only_jws = algorithms.AllowList(tuple(a for a in algorithms.current().algorithms if a.purpose == "jws"))
    made = jws.sign(b"x", scheme().key, scheme().chain(scheme().cert()), at=NOW)
    with algorithms.using(only_jws):
        assert jws.verify(made, scheme().trust(), NOW, "approve")[0].verdict.code == "SIG-ALGORITHM"
