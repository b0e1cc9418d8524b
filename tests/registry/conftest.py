"""A national node in memory with two components."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.registry.scheme import Component, found_national_node


@pytest.fixture
def national(db: None, settings: Any, tmp_path: Path) -> None:
    settings.CCVC_KIND, settings.CCVC_AGENCY, settings.CCVC_HOME = "national", "G09", tmp_path
    found_national_node(tmp_path, "H41", "G12")


@pytest.fixture
def component(national: None) -> Component:
    return Component("H41")


@pytest.fixture
def other(national: None) -> Component:
    return Component("G12")
