"""The people of `world`, built once for a file of tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from tests.access.world import undone
from tests.candidates.world import found_world
from tests.people import AGENCY, Agency


@pytest.fixture(scope="module")
def agency(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Agency]:
    home = tmp_path_factory.mktemp("home")
    here = override_settings(CCVC_AGENCY=AGENCY, CCVC_HOME=home, CCVC_KIND="component")
    with django_db_blocker.unblock(), here, undone():
        yield found_world(home)
