"""Inspection and the ledger: an entry, an alarm, the program that checks proofs."""

from __future__ import annotations

from ccvc.ledger.models import Entry, HeadAlarm
from tests.access.world.planted import Planted
from tests.access.world.routes import Samples
from tests.access.world.words import NATIONAL, NUMBER


def plant(_here: Planted) -> Samples:
    alarm = HeadAlarm.objects.create(agency=NATIONAL, side="theirs", code="LED-PEER-SHRUNK", held=9, told=5)
    entry = Entry.objects.filter(kind="versions").earliest("index")
    trace = {"reference": "QĐ 5", "purpose": "Thử", "person": NUMBER}
    return Samples(
        values={"verifier": ["ccvc-verify.html"], "index": [entry.index], "alarm": [alarm.pk]},
        queries={"inspection:bundle": [{"number": "1"}]},
        posts={"inspection:trace": [trace | {"form": form} for form in ("", "xlsx", "zip")]},
    )
