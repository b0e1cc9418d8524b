"""Decisions: a draft that says something of the planted person, and a reward submitted for another."""

from __future__ import annotations

from uuid import uuid4

from django.utils import timezone

from ccvc.decisions import actions as decisions
from tests.access.world.planted import Planted
from tests.access.world.routes import Samples
from tests.access.world.words import BASIC
from tests.people import PASSPHRASE, UNIT

NOTE = {"note": "Thử"}
ROOT = {"root": "00" * 32}


def plant(here: Planted) -> Samples:
    officer, today, key = here.agency.subject("officer"), timezone.localdate(), here.key
    terms = decisions.Terms(UNIT, today, BASIC[2], cells={"year": 2026, "level": "8"})
    draft = decisions.draft(officer, "leave_unpaid", [key], terms)
    decisions.fill(officer, draft.pk, terms, {key: {"until": "2027-01-31", "reason": BASIC[3]}})
    sent = decisions.draft(officer, "reward", [here.other], terms)
    decisions.fill(officer, sent.pk, terms, {here.other: {"form": "42"}})
    decisions.submit(officer, sent.pk)
    person = str(key)
    return Samples(
        values={"decision_id": [draft.pk, sent.pk]},
        queries={
            "decisions:list": [{"q": "Zuýp"}, {"kind": "reward"}, {"state": "to_sign"}],
            "decisions:new": [{"kind": "reward", "q": "zuyp"}, {"kind": "reward", "person": person}],
        },
        posts={
            "decisions:new": [{"kind": "reward", "person": [person]}],
            "decisions:amend": [{"kind": "revoke", **NOTE}],
            "decisions:people": [
                {"person": person, "remove": "1"},
                {"person": person},
                {"newcomers": "040095012345 Trần Văn Bình"},
            ],
            "decisions:discard": [NOTE],
            "decisions:return": [NOTE],
            "decisions:take_back": [NOTE],
            "decisions:testify": [{"condition": "handling", "answer": "yes", "ground": "Văn bản số 5"}],
            "decisions:sign": [{**ROOT, "passphrase": PASSPHRASE}],
            "decisions:begin_sign": [{**ROOT, "means": "1"}],
            "decisions:complete_sign": [{"id": str(uuid4()), "signature": "00 00"}],
        },
    )
