"""Proposals: one of the planted person, checked by the officer."""

from __future__ import annotations

from django.utils import timezone

from ccvc.proposals import actions as proposals
from ccvc.proposals.domain import Person as Proposed
from tests.access.world.planted import Planted
from tests.access.world.routes import Samples
from tests.access.world.words import NAME, NUMBER


def plant(here: Planted) -> Samples:
    head = proposals.Head("Sở Nội vụ", "12/TTr-SNV", None, "Phó Giám đốc", "higher", timezone.localdate())
    people = [Proposed(NUMBER, NAME, {"disciplines": "Không"})]
    made = proposals.check(here.agency.subject("officer"), head, people)
    form = {
        "agency": "Sở Nội vụ",
        "document_number": "13/TTr",
        "position": "Phó Giám đốc",
        "act": "higher",
        "personal_id": NUMBER,
    }
    return Samples(values={"proposal_id": [made.pk]}, posts={"proposals:new": [form]})
