from __future__ import annotations

import pytest

from ccvc.signing.pins import check_pin
from tests.problems import refused


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("12345", "SIG-PIN-SHORT"),
        ("", "SIG-PIN-SHORT"),
        ("123456", "SIG-PIN-WEAK"),
        ("654321", "SIG-PIN-WEAK"),
        ("890123", "SIG-PIN-WEAK"),
        ("111111", "SIG-PIN-WEAK"),
        ("121212", "SIG-PIN-WEAK"),
        ("123123", "SIG-PIN-WEAK"),
        ("qwerty", "SIG-PIN-WEAK"),
        ("07031985", "SIG-PIN-WEAK"),
        ("19850307", "SIG-PIN-WEAK"),
        ("070385", "SIG-PIN-WEAK"),
        ("147258", "SIG-PIN-WEAK"),
        ("nvan85", "SIG-PIN-WEAK"),
    ],
)
def test_what_is_tried_first_is_no_pin(pin: str, code: str) -> None:
    assert refused(lambda: check_pin(pin, "nvan85")).code == code


@pytest.mark.parametrize("pin", ["405172", "936418", "73905182", "Sông Lam 9"])
def test_what_nobody_tries_first_is_taken(pin: str) -> None:
    check_pin(pin, "nvan85")  # raises nothing


def test_a_setting_only_makes_it_stricter() -> None:
    assert refused(lambda: check_pin("405172", least=8)).params["least"] == 8
    assert refused(lambda: check_pin("4051", least=4)).params["least"] == 6
