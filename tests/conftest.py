"""Fixtures every room's tests share."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples

from ccvc.catalogues import applying
from ccvc.signing.keys import Stretch
from tests.people import AGENCY, Agency, found_agency

LONGEST = (
    "tests/killing/test_killed.py",
    "tests/access/test_matrix.py",
    "tests/conformance/test_conformance.py",
    "tests/node/test_demo.py",
    "tests/intake/test_large_database.py",
    "tests/intake/test_large.py",
    "tests/exchange/test_broken_off.py",
    "tests/conformance/test_mock.py",
)
"""Files that take longest: begun first, so that two workers end together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the longest files to the front; the rest stays in its order.

    Long tests prove other things than lines, and go without coverage, which makes them a quarter longer.
    """
    place = {file: number for number, file in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(place)))
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker("no_cover")


# How long an example takes depends on the machine and on coverage; speed is measured in bench/, not here.
examples.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("any machine")


@pytest.fixture(scope="session", autouse=True)
def cheap_passphrases() -> Iterator[None]:
    """Stretch passphrases little: the cost that stops a thief would be most of the tests' time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stretch, "new", classmethod(lambda cls: cls(64, 1, 1, b"0123456789abcdef")))
        yield


@pytest.fixture(scope="session", autouse=True)
def catalogues_at_rest() -> Iterator[None]:
    """No process looks for newer code lists by itself: tests that count queries count their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(applying.in_use, "next_look", math.inf)
        yield


@pytest.fixture
def agency(db: None, settings: Any, tmp_path: Path) -> Agency:
    """A component node of one province with its fixed people."""
    settings.CCVC_AGENCY = AGENCY
    settings.CCVC_HOME = tmp_path
    return found_agency(tmp_path)
