"""Personal identification numbers: coherent, and never twice."""

from __future__ import annotations

import pytest

from ccvc.simulation.personal_ids import SHARE, PersonalIds, prefix, slot
from ccvc.simulation.places import provinces
from ccvc.standard import check_personal_id


@pytest.mark.parametrize("sex", ["1", "2"])
@pytest.mark.parametrize("born", [1965, 1999, 2000, 2004])
def test_a_number_fits_its_person(sex: str, born: int) -> None:
    ids = PersonalIds("H41")
    for province in provinces():
        number = ids.mint(province, sex, born)
        assert check_personal_id(number, sex, f"{born}-03") == []
        assert number.startswith(f"0{province}")


def test_the_first_six_digits_by_law() -> None:
    assert prefix("01", "1", 1985) == "001085"
    assert prefix("40", "2", 1985) == "040185"
    assert prefix("79", "1", 2004) == "079204"
    assert prefix("79", "2", 2004) == "079304"


def test_agencies_never_give_the_same_number() -> None:
    agencies = [f"H{n:02}" for n in range(1, 64)] + [f"G{n:02}" for n in range(1, 33)]
    assert len({slot(code) for code in agencies}) == len(agencies)
    given = [PersonalIds(code).mint("40", "1", 1985) for code in agencies]
    assert len(set(given)) == len(agencies)


def test_a_whole_share_has_no_number_twice_and_then_ends() -> None:
    ids, neighbour = PersonalIds("H41"), PersonalIds("H42")
    given = {ids.mint("40", "2", 1985) for _ in range(SHARE)}
    assert len(given) == SHARE
    assert given.isdisjoint(neighbour.mint("40", "2", 1985) for _ in range(SHARE))
    with pytest.raises(ValueError, match="no number left"):
        ids.mint("40", "2", 1985)


def test_a_unit_counts_with_its_agency() -> None:
    assert slot("H41.12.03") == slot("H41")
