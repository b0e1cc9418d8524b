"""Means of signing: the approver's."""

from __future__ import annotations

from ccvc.signing.selectors import get_key
from tests.access.world.planted import Planted
from tests.access.world.routes import Samples


def plant(here: Planted) -> Samples:
    key = get_key(here.agency.users["approver"])
    return Samples(values={"whose": ["mine", "seal"], "kind": ["pkcs12"], "means_id": [key.pk]})
