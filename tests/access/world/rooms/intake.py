"""Intake: a file with a row that changes the planted person, one that may be theirs, and one that returns."""

from __future__ import annotations

from uuid import UUID

from ccvc.intake.actions import take_in
from tests.access.world.planted import Planted
from tests.access.world.routes import Samples
from tests.access.world.words import LISTED_NAME, NAME, NEW_NAME, NUMBER, REFUSED_NUMBER, SENSITIVE
from tests.intake import files
from tests.people import UNIT


def plant(here: Planted) -> Samples:
    rows = [
        files.person(1, identity__personal_id=NUMBER, identity__full_name=NAME, identity__sex="Nữ"),
        files.person(2, identity__personal_id=REFUSED_NUMBER, identity__full_name=NEW_NAME),
    ]
    rows[0]["affiliation.party_joined_on"] = SENSITIVE[1]
    rows.append(files.person(3, identity__personal_id=None, identity__full_name=NAME, identity__sex="Nữ"))
    file = files.workbook(here.folder / f"{LISTED_NAME}.xlsx", rows)
    taken = take_in(here.agency.subject("officer"), file, UNIT, dry_run=True)
    return Samples(
        values={"intake_id": [UUID(taken.id)]},
        posts={
            "intake:new": [{"unit_code": UNIT}],
            "intake:review": [{"choice-7": str(here.key)}, {"act": "certain"}, {"act": "rest"}],
            "intake:outlook": [{"row": "5"}, {"field": "affiliation.party_joined_on"}],
        },
    )
