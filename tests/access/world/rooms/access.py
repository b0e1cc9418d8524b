"""Looks: one at both people, by the officer."""

from __future__ import annotations

from ccvc.access.actions import record_look
from tests.access.world.planted import Planted
from tests.access.world.routes import Samples
from tests.access.world.words import NEW_NAME


def plant(here: Planted) -> Samples:
    both, officer = [here.key, here.other], here.agency.subject("officer")
    record_look(officer, both, act="search", purpose="Xem để thử", detail=NEW_NAME)
    return Samples({})
