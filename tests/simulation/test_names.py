"""Names: shares as published, forms as the standard writes them."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from ccvc.simulation import names
from ccvc.simulation.names import FEMALE, KINH, MALE
from ccvc.simulation.wheels import apportion, parse_weights, wheel
from ccvc.standard import normal

MANY = 20_000
PEOPLES = ["01", "02", "03", "04", "05", "06", "08", "10", "12", "13", "16", "17", "21", "23", "26"]


def full(rng: random.Random, sex: str, born: int, people: str, region: str) -> str:
    family = names.family_name(rng.random, people, region)
    return names.full_name(rng.random, sex, born, people, family)


@pytest.mark.parametrize("region", ["north", "centre", "south"])
def test_family_names_have_their_published_shares(region: str) -> None:
    rng = random.Random(1)
    found = Counter(names.family_name(rng.random, KINH, region) for _ in range(MANY))
    assert 0.30 < found["Nguyễn"] / MANY < 0.39
    assert 0.08 < found["Trần"] / MANY < 0.14
    assert 0.06 < found["Lê"] / MANY < 0.13
    assert found.most_common(1)[0][0] == "Nguyễn"


def test_huynh_and_vo_are_southern_hoang_and_vu_northern() -> None:
    rng = random.Random(2)
    north = Counter(names.family_name(rng.random, KINH, "north") for _ in range(MANY))
    south = Counter(names.family_name(rng.random, KINH, "south") for _ in range(MANY))
    assert north["Huỳnh"] == north["Võ"] == 0
    assert south["Huỳnh"] > 10 * south["Hoàng"]
    assert north["Vũ"] > 3 * south["Vũ"]


def test_every_name_is_written_as_the_standard_writes_it() -> None:
    rng = random.Random(3)
    for people in PEOPLES:
        for _ in range(300):
            name = full(rng, rng.choice([MALE, FEMALE]), rng.randint(1930, 2020), people, "centre")
            assert name == normal(name)
            assert len(name.split()) >= 2
            assert len(name) <= 60


def test_no_word_of_a_name_stands_twice() -> None:
    rng = random.Random(4)
    found = [
        full(rng, sex, born, KINH, "north")
        for sex in (MALE, FEMALE)
        for born in (1965, 1980, 1995)
        for _ in range(2000)
    ]
    assert all(len(set(name.split())) == len(name.split()) for name in found)


def test_thi_goes_out_of_fashion() -> None:
    rng = random.Random(5)
    shares = [
        sum(" Thị " in full(rng, FEMALE, born, KINH, "north") for _ in range(4000)) / 4000
        for born in (1962, 1978, 1996)
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.85
    assert 0.45 < shares[2] < 0.8


def test_peoples_keep_their_own_way_of_naming() -> None:
    rng = random.Random(6)
    assert all(full(rng, MALE, 1980, "12", "centre").startswith("Y ") for _ in range(50))
    assert all(full(rng, FEMALE, 1980, "12", "centre").startswith("H'") for _ in range(50))
    assert {full(rng, MALE, 1980, "23", "centre").split()[0] for _ in range(50)} == {"Hồ"}


def test_highlands_have_minorities_and_the_delta_hardly_any() -> None:
    shares = {
        code: 1 - names.ethnic_groups(code).count(KINH) / len(names.ethnic_groups(code))
        for code in ("11", "34")
    }
    assert shares["11"] > 0.5
    assert shares["34"] == 0


def test_weights_with_names_of_two_words() -> None:
    assert parse_weights("Nông:20 Rơ Châm:16") == {"Nông": 20.0, "Rơ Châm": 16.0}
    assert parse_weights("Văn") == {"Văn": 1.0}
    assert parse_weights(":50 Văn:50") == {"": 50.0, "Văn": 50.0}


def test_a_wheel_holds_shares_and_rare_values() -> None:
    turned = Counter(wheel({"a": 3, "b": 1, "rare": 0.0001, "never": 0}, 400))
    assert turned["a"] == 300
    assert turned["rare"] == 1
    assert "never" not in turned
    with pytest.raises(ValueError, match="positive"):
        wheel({"a": 0})


def test_apportioned_parts_add_up() -> None:
    assert apportion(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert sum(apportion(1_947_714, {n: n**0.5 for n in range(1, 64)}).values()) == 1_947_714
