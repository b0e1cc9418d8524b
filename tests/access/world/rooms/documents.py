"""Documents: one that waits for its signer, one anyone may check, a list of people, and a run."""

from __future__ import annotations

from ccvc.documents import actions as documents
from tests.access.world.planted import Planted
from tests.access.world.routes import Samples
from tests.access.world.words import BASIC
from tests.documents import office


def plant(here: Planted) -> Samples:
    agency = here.agency
    officer = agency.subject("officer")

    def order(form: str) -> documents.Order:
        return documents.Order(form, [here.key], BASIC[3], agency.users["approver"])

    made = [documents.issue(officer, order("nd27-2026")) for _ in range(2)]
    documents.sign(agency.subject("approver"), [made[1].pk], office.signer(agency, "approver"))
    documents.seal(agency.subject("clerk"), [made[1].pk], office.signer(agency, "Cơ quan", "seal"))
    listed = documents.issue(officer, order("trich-ngang"))
    return Samples(
        values={
            "document_id": [made[0].pk, made[1].pk, listed.pk],
            "run_id": [documents.start(officer, order("xac-nhan")).pk],
            "check_code": [made[1].code, made[0].code],
        }
    )
