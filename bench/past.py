"""A dossier with a long history, looked at as known then and valid on a day, beside one with a single version.

Each look is one request through every middleware, view and template, recorded in the database like any other. The
long history is one change every ten days; moments asked for lie anywhere in it. Size: BENCH_HISTORY (100 versions),
BENCH_LOOKS (100 looks of each kind, after 5 to warm up).
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from bench.changes import cheap_passphrases
from bench.nodes import component_node

VERSIONS = int(os.environ.get("BENCH_HISTORY", "100"))
LOOKS = int(os.environ.get("BENCH_LOOKS", "100"))
WARM = 5
AGENCY = "H41"
MOST_P95 = 200.0
AS_OF = "as known then, valid then"
LATE = "as known now, valid then"
APART = timedelta(days=10)


@dataclass
class Result:
    """Milliseconds of each look, by what was looked at."""

    taken: dict[str, list[float]] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """The limit holds, of whatever moment is asked for."""
        return all(p95(self.taken[name]) <= MOST_P95 for name in (AS_OF, LATE))

    def text(self) -> str:
        """The measure for people."""
        lines = [
            f"  {name}: {median(times):.1f} ms, p95 {p95(times):.1f} ms" for name, times in self.taken.items()
        ]
        limit = f"  limit of both moments of the past: p95 {MOST_P95:.0f} ms"
        return "\n".join([f"a dossier of {VERSIONS} versions, {LOOKS} looks of each kind", *lines, limit])


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return quantiles(times, n=20)[-1]


def run() -> Result:
    """Approve a history version by version, and look at it."""
    from django.test.utils import setup_test_environment

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with component_node(root, AGENCY), cheap_passphrases():
            setup_test_environment()
            return _measured(root / "home")


def _measured(home: Path) -> Result:
    from django.urls import reverse

    from tests.people import found_agency
    from tests.web.visiting import signed_in

    agency = found_agency(home)
    short, long = _history(agency, 1, 1), _history(agency, 2, VERSIONS)
    client, draw = signed_in(agency, "officer"), random.Random(1)  # noqa: S311 - which moment is no secret
    page = reverse("dossiers:detail", args=[long])
    kinds: dict[str, Callable[[], str]] = {
        "one version, now": lambda: reverse("dossiers:detail", args=[short]),
        "now": lambda: page,
        AS_OF: lambda: f"{page}?{urlencode(_moment(draw, long))}",
        LATE: lambda: f"{page}?{urlencode({'valid': _moment(draw, long)['valid']})}",
        "history": lambda: reverse("dossiers:history", args=[long]),
    }
    result = Result()
    for name, address in kinds.items():
        times = [_timed(client, address()) for _ in range(WARM + LOOKS)]
        result.taken[name] = times[WARM:]
    return result


def _history(agency: Any, number: int, versions: int) -> UUID:
    """The key of a synthetic person's dossier with so many versions, each valid from ten days after the one before."""
    from django.utils import timezone

    from ccvc.simulation.agencies import units_for
    from ccvc.simulation.people import people as drawn
    from tests import people

    begun = timezone.localdate() - versions * APART
    (document,) = (one.document for one in drawn(number, AGENCY, units_for(AGENCY, 1), 1))
    last = people.kept(agency, document, valid_from=begun)
    for count in range(1, versions):
        document["identity"] = {**document["identity"], "phone": f"0903{count:06d}"}
        last = people.kept(agency, document, key=last.dossier.key, valid_from=begun + count * APART)
    return last.dossier.key


def _moment(draw: random.Random, key: UUID) -> dict[str, str]:
    """Known when some version was approved, valid on the day of one before it."""
    from ccvc.dossiers.models import Version

    rows = list(
        Version.objects.filter(dossier__key=key).order_by("number").values_list("known_at", "valid_from")
    )
    place = draw.randrange(len(rows))
    return {"known": rows[place][0].isoformat(), "valid": rows[draw.randrange(place + 1)][1].isoformat()}


def _timed(client: Any, address: str) -> float:
    started = time.perf_counter()
    answer = client.get(address)
    milliseconds = (time.perf_counter() - started) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"{answer.status_code}: {answer.content.decode()[:2000]}")
    return milliseconds
