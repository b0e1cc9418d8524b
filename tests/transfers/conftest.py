from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests import database
from tests.transfers import world as worlds
from tests.transfers.world import World


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Three nodes for all tests of a file, each in a database of its own; each test has people of its own."""
    with django_db_blocker.unblock():
        main = database.connection.settings_dict["NAME"]
        name = f"{main}_world"
        database.connection.close()
        with database._server() as server:
            database._copy(server, main, name)
        database._use(name)
        made = worlds.found(tmp_path_factory.mktemp("nodes"))
        try:
            yield made
        finally:
            database._use(main)
            worlds.forget(made)
            with database._server() as server:
                database._drop(server, name)
