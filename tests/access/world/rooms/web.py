"""Pages of the standard, and what is asked of every list: the planted person's name, number and unit."""

from __future__ import annotations

from tests.access.world.planted import Planted
from tests.access.world.routes import Samples
from tests.access.world.words import NUMBER
from tests.people import UNIT


def plant(_here: Planted) -> Samples:
    return Samples(values={"name": ["sex"]}, queries={"": [{"q": "zuyp"}, {"q": NUMBER[:6]}, {"unit": UNIT}]})
