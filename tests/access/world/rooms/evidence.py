"""Papers: one anybody who reads the dossier sees, one for sensitive data, and one of a change in progress."""

from __future__ import annotations

from ccvc.changes import actions as changes
from ccvc.evidence import actions as evidence
from ccvc.evidence.domain import Details
from tests.access.world.planted import Planted
from tests.access.world.routes import Samples
from tests.access.world.words import BASIC, NAME, SENSITIVE
from tests.evidence import samples


def plant(here: Planted) -> Samples:
    officer = here.agency.subject("officer")
    said = [
        Details("99", "career", issuer=BASIC[0], file_name=f"{NAME}.pdf"),
        Details("06", "family", issuer=SENSITIVE[0], file_name=f"{SENSITIVE[1]}.pdf"),
        Details("99", "identity.phone", issuer=BASIC[3], file_name="a.pdf"),
    ]
    given = [evidence.receive(officer, samples.pdf(one.issuer)) for one in said]
    kept = [evidence.attach(officer, here.key, *pair).pk for pair in zip(given[:2], said[:2], strict=True)]
    pending = [changes.prove(here.agency.subject("owner"), here.changes[0], given[2], said[2]).pk]
    return Samples(
        values={
            "paper_id": kept,
            ("changes:paper", "paper_id"): pending,
            ("changes:unprove", "paper_id"): pending,
        },
        posts={
            "evidence:person": [{"paper-kind": "99", "paper-number": "1"}],
            "evidence:take_back": [{"reason": "Gắn nhầm"}],
        },
    )
