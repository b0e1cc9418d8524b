"""Dossiers: the planted person's, by key and version."""

from __future__ import annotations

from django.utils import timezone

from ccvc.dossiers import moments
from ccvc.dossiers.selectors import Moment, settled
from tests.access.world.planted import Planted
from tests.access.world.routes import Samples

EARLIER = {"known": "2020-01-01T00:00:00Z"}
GROUPS = ("family", "affiliation", "assets", "history", "employment")


def today() -> dict[str, str]:
    """The moment of what is asked, as an address says it."""
    return moments.exact(Moment(settled(), timezone.localdate()))


def plant(here: Planted) -> Samples:
    return Samples(
        values={"key": [here.key], "number": [1, 2], ("dossiers:file", "form"): ["csv", "json"]},
        queries={
            "dossiers:list": [today(), {"q": "zuyp", **today()}],
            "dossiers:file": [today()],
            "dossiers:detail": [{"group": group} for group in GROUPS],
            "dossiers:history": [{"group": "family"}, {"path": "health.height_cm"}, {"who": "Người officer"}],
            "dossiers:difference": [EARLIER],
            "dossiers:difference_json": [EARLIER],
        },
    )
