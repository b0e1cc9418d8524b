"""Closings: a month closed here and taken nationally, on which the planted person differs."""

from __future__ import annotations

import json
from uuid import uuid4

from django.utils import timezone

from ccvc.closings.models import Closing, Difference, Outcome, Snapshot
from ccvc.exchange.models import Peer
from ccvc.rules.closing import month_of
from ccvc.signing.models import Signature
from tests.access.world.planted import Planted
from tests.access.world.routes import Samples
from tests.access.world.words import NATIONAL
from tests.people import AGENCY, PASSPHRASE

STATEMENT = {
    "agency": AGENCY,
    "at": "2026-11-22T02:00:00Z",
    "counts": [{"category": "CC", "people": 1, "status": "01", "unit": "H41.12"}],
    "digests": {},
    "format": "ccvc-closing/1",
    "ledger": {"root": "0" * 64, "size": 1},
    "movement": None,
    "people": 1,
    "policy": "nd27-2026",
    "position": 1,
    "quality": None,
    "reason": "",
    "replaces": None,
    "root": "0" * 64,
    "serving": 1,
    "standard": "2026-07",
    "unresolved": dict.fromkeys(
        ("conflicts", "errors", "hints", "pending", "refused", "returned", "unsent", "warnings"), 0
    ),
}


def plant(here: Planted) -> Samples:
    Peer.objects.create(agency_code=AGENCY, name="Tỉnh Nghệ An")
    month = month_of(timezone.localdate())
    for package in (None, 1):
        closing = Closing.objects.create(
            agency_code=AGENCY,
            month=month,
            number=1,
            snapshot=Snapshot.objects.create(
                agency_code=AGENCY,
                month=month,
                at=timezone.now(),
                hash=b"h" * 32,
                statement=json.dumps(STATEMENT | {"month": f"{month:%Y-%m}"}, sort_keys=True),
            ),
            signature=Signature.objects.all()[0],
            signed_at=timezone.now(),
            in_time=True,
            package=package,
        )
        counts = {"people": 1, "register": 1, "agreed": 0, "moved_on": 0, "differing": 1}
        outcome = Outcome.objects.create(closing=closing, at=timezone.now(), **counts)
        Difference.objects.create(
            outcome=outcome, person=here.key, kind="differs", number=2, register_number=2
        )
    return Samples(
        values={"agency": [NATIONAL, AGENCY], "month": [f"{month:%Y-%m}"]},
        queries={"closings:agency": [{"differences": "1"}]},
        posts={
            "closings:prepare": [{"reason": "Chốt muộn để thử"}],
            "closings:sign": [{"snapshot": str(uuid4()), "passphrase": PASSPHRASE}],
            "closings:decide": [
                {"mode": "monthly", "since": "2026-11", "window_days": "5", "basis": "QĐ 12"}
            ],
        },
    )
