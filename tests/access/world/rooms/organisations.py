"""Organisations: the unit of the planted people."""

from __future__ import annotations

from ccvc.organisations.models import Unit
from tests.access.world.planted import Planted
from tests.access.world.routes import Samples
from tests.people import AGENCY, UNIT

PAGES = ("unit", "positions", "position", "end_position")


def plant(_here: Planted) -> Samples:
    unit, agency = (Unit.objects.get(states__code=code).key for code in (UNIT, AGENCY))
    return Samples(
        values={(f"organisations:{page}", "key"): [unit] for page in PAGES},
        queries={"organisations:branch": [{"unit": str(agency)}]},
    )
