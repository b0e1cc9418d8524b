"""Fixtures every room's tests share."""

from __future__ import annotations

import gc
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import client
from hypothesis import HealthCheck, is_hypothesis_test
from hypothesis import settings as examples

from ccvc.catalogues import applying
from ccvc.signing.keys import Stretch
from tests import counting, database
from tests.people import AGENCY, Agency, found_agency

counting.count_cheaply()

LONGEST = (
    "tests/killing/test_killed.py",
    "tests/killing/test_handed_over.py",
    "tests/conformance/test_conformance.py",
    "tests/node/test_demo.py",
    "tests/intake/test_large_database.py",
    "tests/intake/test_large.py",
    "tests/exchange/test_broken_off.py",
    "tests/access/test_matrix.py",
    "tests/access/test_matrix_moving.py",
    "tests/access/test_matrix_keeping.py",
    "tests/web/test_english.py",
    "tests/access/test_matrix_deciding.py",
    "tests/access/test_matrix_entering.py",
    "tests/changes/test_matrix.py",
    "tests/conformance/test_mock.py",
)
"""Files that take longest: begun first, so that two workers end together."""


SPINE = frozenset(
    {"access", "accounts", "changes", "dossiers", "ledger", "organisations", "registry", "signing"}
)
"""Rooms whose tests are everyday ones with the database too; others are where they need none."""
ASIDE = frozenset({"fuzz", "node", "simulation"})
"""Rooms whose tests start servers, make many people or many inputs."""
DATABASE = frozenset({"db", "transactional_db", "django_db_setup"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the longest files to the front, the rest stays in its order; mark what `make quick` runs."""
    place = {file: number for number, file in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(place)))
    for item in items:
        if is_everyday(item):
            item.add_marker("everyday")
    gc.freeze()  # six thousand tests and their modules stay: to look through them for garbage takes half a second


def is_everyday(item: pytest.Item) -> bool:
    """Whether a test belongs to the subset for every day, which is to take under a minute."""
    many_examples = is_hypothesis_test(getattr(item, "obj", None))
    if many_examples or any(item.get_closest_marker(name) for name in ("slow", "browser")):
        return False
    room = Path(item.nodeid.partition("::")[0]).parts[1]
    if room in ASIDE:
        return False
    asks = DATABASE & {*getattr(item, "fixturenames", ())} or item.get_closest_marker("django_db")
    return room in SPINE or not asks


# How long an example takes depends on the machine; speed is measured in bench/, not here.
examples.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("any machine")


@pytest.fixture(scope="session", autouse=True)
def cheap_passphrases() -> Iterator[None]:
    """Stretch passphrases little: the cost that stops a thief would be most of the tests' time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stretch, "new", classmethod(lambda cls: cls(64, 1, 1, b"0123456789abcdef")))
        yield


@pytest.fixture(scope="session", autouse=True)
def tables_emptied_by_their_owner() -> Iterator[None]:
    """Tests that commit empty every table behind them, those too that refuse it."""
    emptying = DatabaseOperations.sql_flush

    def as_owner(*args: Any, **kwargs: Any) -> list[str]:
        return ["SET LOCAL session_replication_role = replica", *emptying(*args, **kwargs)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", as_owner)
        yield


@pytest.fixture(scope="session", autouse=True)
def context_of_the_page_alone() -> Iterator[None]:
    """An answer keeps the context of the page: to copy that of every part and every field is a fifth of drawing it."""
    keep = client.store_rendered_templates  # type: ignore[attr-defined] # not in the stubs

    def keep_first(store: dict[str, Any], *given: Any, **more: Any) -> None:
        if not store:
            keep(store, *given, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "store_rendered_templates", keep_first)
        yield


@pytest.fixture(scope="session", autouse=True)
def catalogues_at_rest() -> Iterator[None]:
    """No process looks for newer code lists by itself: tests that count queries count their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(applying.in_use, "next_look", math.inf)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """A database with all tables, copied: to migrate takes longer than most files of tests."""
    with django_db_blocker.unblock(), database.copied():
        yield


@pytest.fixture
def agency(db: None, settings: Any, tmp_path: Path) -> Agency:
    """A component node of one province with its fixed people."""
    settings.CCVC_AGENCY = AGENCY
    settings.CCVC_HOME = tmp_path
    return found_agency(tmp_path)
