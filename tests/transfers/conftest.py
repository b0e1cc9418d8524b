from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.transfers import world as worlds
from tests.transfers.world import World


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Three nodes for all tests of a file; each test has people of its own."""
    with django_db_blocker.unblock(), worlds.standing(tmp_path_factory.mktemp("nodes")) as made:
        yield made
