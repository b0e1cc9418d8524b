from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.closings.world import World
from tests.exchange.nodes import COMPONENT, found_nodes
from tests.people import found_agency


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> World:
    """The component and the national node, joined; the agency closes monthly, on any day of the month."""
    settings.CCVC_AGENCY, settings.CCVC_HOME = COMPONENT, tmp_path / "component"
    agency = found_agency(tmp_path / "component")
    nodes = found_nodes(tmp_path, lambda _kind, _handler: None, issuer=agency.issuer)
    world = World(agency, nodes)
    world.decide()
    return world
