"""The fixed people, and a place for them in the tree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from ccvc.access import reach
from tests.access.people import People, settle


@pytest.fixture
def people(db: None) -> Iterator[People]:
    """Everybody; the owner and the colleague belong to H41.12.01."""
    found = settle()
    dossiers = {found.key("owner"), found.key("colleague")}

    def units_of(person: UUID, _on: date) -> frozenset[str]:
        return frozenset({"H41.12.01"}) if person in dossiers else frozenset()

    before = list(reach._people)
    reach._people[:] = [units_of]
    yield found
    reach._people[:] = before
