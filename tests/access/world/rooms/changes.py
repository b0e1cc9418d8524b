"""Changes: pending ones of the planted people, a batch, a procedure and a delegation of their agency."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from ccvc.changes import actions as changes
from ccvc.changes.domain import Proposal
from tests.access.world.planted import Planted
from tests.access.world.routes import Samples
from tests.access.world.words import LISTED_NAME, LISTED_NUMBER, someone
from tests.people import PASSPHRASE, UNIT, Agency, delegate_to, written


def plant(here: Planted) -> Samples:
    batch = _batch(here.agency)
    changed = [*here.changes, batch.changes.get().pk]
    rule = changes.set_procedure(
        here.agency.subject("administrator"), written(unit=UNIT, valid_from=date(2099, 1, 1))
    )
    lent = delegate_to(here.agency, "checker", "verifier")
    return Samples(
        values={
            "change_id": changed,
            "batch_id": [batch.pk],
            "group": ["identity", "family"],
            "table": ["relatives"],
            ("changes:row", "group"): ["family"],
            "row_id": ["new", "r1"],
            "step": ["check", "verify", "return", "back", "withdraw"],
            "answer": ["confirm", "object"],
            "procedure_id": [rule.pk],
            "delegation_id": [lent.pk],
            "grant_id": [lent.grant_id],
        },
        queries={
            "changes:inbox": [{"step": step} for step in ("check", "verify", "approve")],
            "changes:approve": [{"change": str(pk)} for pk in changed] + [{"batch": str(batch.pk)}],
        },
        posts={
            "changes:act": [
                *({"change": [str(pk)], "note": "Thử"} for pk in changed),
                {"batch": str(batch.pk)},
            ],
            "changes:sign": [{"changes": str(changed[1]), "root": "00" * 32, "passphrase": PASSPHRASE}],
            "changes:declare": [{"phone": "0900000000"}],
            "changes:prove": [{"paper-kind": "99", "paper-number": "1"}],
        },
    )


def _batch(agency: Agency) -> Any:
    proposal = Proposal(None, UNIT, someone(LISTED_NAME, LISTED_NUMBER), timezone.localdate(), "Lập hồ sơ")
    made = changes.propose_batch(
        agency.subject("officer"),
        title=f"Danh sách có {LISTED_NAME}",
        origin="intake",
        source="thử",
        unit_code=UNIT,
        proposals=[proposal],
    )
    return made.batch
