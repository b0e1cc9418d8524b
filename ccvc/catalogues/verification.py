"""Reading change sets again for the ledger: their bytes are hashed anew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from ccvc.catalogues.models import ChangeSet
from ccvc.ledger.domain import Fault

KINDS = ("catalogue_published", "catalogue_applied")


def change_set_faults(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
    """What does not fit in the change set an entry speaks of."""
    kind = "catalogue_applied" if "problem" in payload else "catalogue_published"
    subject = f"{payload['list']}#{payload['number']}"
    row = ChangeSet.objects.filter(number=payload["number"]).first()
    if row is None:
        yield Fault.of("LED-MISSING", index, kind, subject)
    elif hashlib.sha256(row.content.encode()).hexdigest() != payload["sha256"]:
        yield Fault.of("LED-DATA", index, kind, subject, "content")
