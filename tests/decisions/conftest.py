"""The agency every test of decisions begins with."""

from __future__ import annotations

import pytest

from tests.people import AGENCY, found_agency


@pytest.fixture
def agency(db, tmp_path, settings):
    settings.CCVC_HOME, settings.CCVC_AGENCY = tmp_path, AGENCY
    return found_agency(tmp_path)
