"""Work lists: computed where quality was judged."""

from __future__ import annotations

from tests.access.world.planted import Planted
from tests.access.world.routes import Samples

PAGES = ("list", "csv", "xlsx", "calendar")


def plant(_here: Planted) -> Samples:
    return Samples(
        values={
            "secret": ["not-a-secret"],
            **{(f"worklists:{page}", "name"): ["raise_regular"] for page in PAGES},
        },
        queries={f"worklists:{page}": [{"show": "cannot_tell"}] for page in ("list", "csv")},
        posts={"worklists:wishes": [{"act": "mail", "address": "a@b.vn"}, {"act": "new_calendar"}]},
    )
