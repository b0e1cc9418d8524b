"""One change, declared, checked, verified and signed through its pages, beside an unsigned save of the same form.

Each step is one request of the person whose step it is, through every middleware, view, form and redirect, on a
durable database; the dossiers are those of synthetic people. Beside it, in the same run and through the same stack,
the same form saved into a plain row with one row of audit. What stretching the passphrase takes is measured apart and
no part of a step: it is the same for one change and for 5,000. Size: BENCH_CHANGES (60), after 10 to warm up.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from unittest.mock import patch
from uuid import UUID

from bench.nodes import component_node

CHANGES = int(os.environ.get("BENCH_CHANGES", "60"))
WARM = 10
MOST_BESIDE = 20.0
AGENCY = "H41"
STEPS = ("declare", "check", "verify", "sign")
PAGE = "page to sign"
FIELD = "phone"


@dataclass
class Result:
    """Milliseconds of each request, by step; of the plain save; of stretching a passphrase; statements by step."""

    taken: dict[str, list[float]] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)
    stretching: list[float] = field(default_factory=list)

    @property
    def whole(self) -> list[float]:
        """All four steps of each change together."""
        return [sum(times) for times in zip(*(self.taken[step] for step in STEPS), strict=True)]

    @property
    def beside(self) -> float:
        """What the signature and all that goes with it costs beside the plain save, medians."""
        return median(self.taken["sign"]) - median(self.taken["plain"])

    @property
    def holds(self) -> bool:
        """The limit holds."""
        return self.beside <= MOST_BESIDE

    def text(self) -> str:
        """The measure for people."""
        lines = [
            f"  {name}: {said(times)}{f', {self.statements[name]} statements' if name in self.statements else ''}"
            for name, times in self.taken.items()
        ]
        return "\n".join(
            [
                f"one change through its pages: {len(self.taken['plain'])} changes, one after the other",
                *lines,
                f"  the four steps together: {said(self.whole)}",
                f"  stretching a passphrase, apart: {said(self.stretching)}",
                f"  signed, ledgered commit beside an unsigned save: {self.beside:+.1f} ms (limit {MOST_BESIDE:+.0f})",
            ]
        )


def said(times: list[float]) -> str:
    """Median and 95th percentile, in milliseconds."""
    return f"{median(times):.1f} ms, p95 {quantiles(times, n=20)[-1]:.1f} ms"


def run() -> Result:
    """Found a component with people, change each once by all four steps, save each once plainly."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with component_node(root, AGENCY):
            return _measured(root / "home")


def _measured(home: Path) -> Result:
    from django.test.utils import setup_test_environment

    setup_test_environment()
    result = Result(stretching=[_stretched() for _ in range(5)])
    with cheap_passphrases():
        from tests.people import found_agency

        agency = found_agency(home)
        people = _people(agency, WARM + CHANGES)
        steps = Steps(agency)
        with _plain_table():
            for number, key in enumerate(people):
                for name, act in steps.of(key, number):
                    milliseconds, statements = _timed(act)
                    if number >= WARM:
                        result.taken.setdefault(name, []).append(milliseconds)
                        result.statements[name] = statements
    return result


def _timed(act: Callable[[], Any]) -> tuple[float, int]:
    from django.db import connection

    counted: list[None] = []

    def count(execute: Any, *given: Any) -> Any:
        counted.append(None)
        return execute(*given)

    with connection.execute_wrapper(count):
        started = time.perf_counter()
        answer = act()
        milliseconds = (time.perf_counter() - started) * 1000
    if answer.status_code not in {200, 302}:
        raise SystemExit(f"{answer.status_code}: {answer.content.decode()[:2000]}")
    return milliseconds, len(counted)


def _stretched() -> float:
    from ccvc.signing.keys import Stretch

    stretch, started = Stretch.new(), time.perf_counter()
    stretch.password("một mật khẩu dài để đo")
    return (time.perf_counter() - started) * 1000


@contextmanager
def cheap_passphrases() -> Iterator[None]:
    """Keys under a passphrase that costs next to nothing to stretch."""
    from ccvc.signing.keys import Stretch

    with patch.object(Stretch, "new", classmethod(lambda cls: cls(64, 1, 1, b"0123456789abcdef"))):
        yield


def _people(agency: Any, count: int) -> list[UUID]:
    """Keys of dossiers, approved through the acts themselves."""
    from django.utils import timezone

    from ccvc.changes import actions
    from ccvc.changes.domain import Proposal
    from ccvc.changes.models import Change
    from ccvc.simulation.agencies import units_for
    from ccvc.simulation.people import people
    from tests.people import UNIT, approve, pass_steps

    made = [one.document for one in people(1, AGENCY, units_for(AGENCY, count), count)]
    today = timezone.localdate()
    proposals = [Proposal(None, UNIT, document, today, "Lập hồ sơ", "create") for document in made]
    done = actions.propose_batch(
        agency.subject("officer"),
        title="Lập hồ sơ",
        origin="intake",
        source="bench",
        unit_code=UNIT,
        proposals=proposals,
    )
    if done.conflicts:
        raise SystemExit(str(done.conflicts[0]))
    ids = list(Change.objects.filter(batch=done.batch).values_list("pk", flat=True))
    pass_steps(agency, ids)
    return [version.dossier.key for version in approve(agency, ids)]


class Steps:
    """The people who take the steps, each signed in, and what they send."""

    def __init__(self, agency: Any) -> None:
        from tests.web.visiting import signed_in

        names = {"declare": "officer", "check": "checker", "verify": "verifier", "sign": "approver"}
        self.clients = {step: signed_in(agency, name) for step, name in names.items()}

    def of(self, key: UUID, number: int) -> Iterator[tuple[str, Callable[[], Any]]]:
        """The requests that change one dossier, and the plain one; what comes before each is fetched untimed."""
        from django.urls import reverse
        from django.utils import timezone

        from ccvc.changes.models import Change
        from tests.people import PASSPHRASE
        from tests.web.filling import as_filled

        def page(step: str, address: str) -> dict[str, Any]:
            return as_filled(self.clients[step].get(address).content.decode(), **typed)

        def posting(step: str, address: str, sent: dict[str, Any]) -> Callable[[], Any]:
            return lambda: self.clients[step].post(address, sent)

        typed: dict[str, Any] = {
            FIELD: f"0903{number:06d}",
            "why-kind": "update",
            "why-valid_from": f"{timezone.localdate():%d/%m/%Y}",
            "why-reason": "Kê khai bổ sung",
            "why-truth": "on",
        }
        declaring = reverse("changes:declare", args=[key, "identity"])
        form = page("declare", declaring)
        yield "plain", posting("declare", f"/plain/{key}/", form)
        yield "declare", posting("declare", declaring, form)
        change = str(Change.objects.filter(person_key=key).latest("created_at").pk)
        for step in ("check", "verify"):
            yield step, posting(step, reverse("changes:act", args=[step]), {"change": change, "note": ""})
        address = f"{reverse('changes:approve')}?change={change}"
        yield PAGE, lambda: self.clients["sign"].get(address)
        sent = page("sign", address) | {"passphrase": PASSPHRASE}
        yield "sign", posting("sign", reverse("changes:sign"), sent)


@contextmanager
def _plain_table() -> Iterator[None]:
    """A table with each dossier as a row, a table of audit, and the address that saves into both."""
    from django.db import connection
    from django.test import override_settings

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE plain AS SELECT d.key, d.unit_id, v.document::jsonb AS document "
            "FROM dossiers_dossier AS d JOIN dossiers_version AS v ON v.dossier_id = d.id"
        )
        cursor.execute("ALTER TABLE plain ADD PRIMARY KEY (key)")
        cursor.execute("CREATE TABLE plain_audit (at timestamptz, account text, key uuid, what jsonb)")
    with override_settings(ROOT_URLCONF="bench.plain"):
        yield
