"""Candidates: a search of the officer's that lists the planted person by their sensitive data, and its criteria."""

from __future__ import annotations

from ccvc.candidates import actions as candidates
from ccvc.candidates.domain import Definition, Line
from tests.access.world.planted import Planted
from tests.access.world.routes import Samples
from tests.access.world.words import SENSITIVE

SOUGHT = {
    "line": "0",
    "subject-0": "identity.full_name",
    "test-0": "contains",
    "value-0": "zuyp",
    "kind": "sourcing",
    "basis": "Công văn 12",
    "name": "Thử",
}


def plant(here: Planted) -> Samples:
    officer = here.agency.subject("officer")
    asked = Definition((Line("employment.disciplines[].violation", "contains", (SENSITIVE[2],)),))
    search = candidates.seek(officer, asked, "Tìm nguồn: Công văn 12/SNV")
    assert search.results.get(answer="yes").person == here.key
    saved = candidates.save(officer, SENSITIVE[2], asked)
    return Samples(
        values={"search_id": [search.pk], "saved_id": [saved.pk]},
        queries={"candidates:compare": [{"person": str(here.key)}]},
        posts={
            "candidates:new": [SOUGHT | {"act": act} for act in ("add", "seek", "save")],
            "candidates:saved": [{"act": "share", "account": "verifier"}, {"act": "remove"}],
        },
    )
