"""Monthly closing of a large agency: the figures drawn up, and compared with the register, in time and memory.

Dossiers of three kilobytes, one approved version each, and the same people in the register. The limit is seconds by
the clock to draw up (LIMIT, for 150,000 people; in proportion for others), and megabytes the process grows
meanwhile. Size: BENCH_CLOSING (150,000).
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.nodes import component_node, kept_signature

PEOPLE = int(os.environ.get("BENCH_CLOSING", "150000"))
LIMIT = 60.0 * PEOPLE / 150_000
MOST_MEGABYTES = 400.0
AGENCY = "H41"
NATIONAL_DIGEST = "encode(sha256(convert_to(d.document, 'UTF8')), 'hex')"
FILL = f"""
CREATE TEMP TABLE made AS
SELECT n, gen_random_uuid() AS key, replace(%(document)s, '"category":"CC"',
       '"category":"' || (ARRAY['CC','VC','CB'])[1 + n %% 3] || '"') AS document
FROM generate_series(1, %(people)s) n;
INSERT INTO dossiers_dossier (id, key, agency_code, unit_id, current_number, opened_at)
SELECT n, key, 'H41', 1 + n %% 500, 1, now() FROM made;
CREATE TEMP TABLE signed AS
SELECT d.n, d.key, d.document, '{{"national_sha256":"' || {NATIONAL_DIGEST} || '","person":"' || d.key
       || '","unit":"H41.' || 1 + d.n %% 500 || '"}}' AS statement
FROM made d;
INSERT INTO dossiers_version
    (dossier_id, number, position, hash, statement, document, valid_from, known_at, signature_id, leaf)
SELECT n, 1, n, sha256('\\x00'::bytea || convert_to(statement, 'UTF8')), statement, document, now(), now(),
       (SELECT id FROM signing_signature), 0 FROM signed;
INSERT INTO registry_person (key, agency_code, number, hash, accepted_at, full_name, name_plain, name_key)
SELECT key, 'H41', 1, sha256('\\x00'::bytea || convert_to(statement, 'UTF8')), now(), 'An', 'an', '' FROM signed;
INSERT INTO registry_version
    (package, record, person_id, number, hash, statement, document, valid_from, known_at, agency_code, signature_id,
     leaf)
SELECT 1, n, key, 1, sha256('\\x00'::bytea || convert_to(statement, 'UTF8')), statement, document, now(), now(), 'H41',
       (SELECT id FROM signing_signature), 0 FROM signed;
ANALYZE;
"""


@dataclass
class Result:
    """How many people, the seconds to draw up and to compare, the megabytes the process grew, who differed."""

    people: int
    drawn_up: float
    compared: float
    megabytes: float
    differing: int

    @property
    def holds(self) -> bool:
        """The limits hold, and nobody differs."""
        return self.drawn_up <= LIMIT and self.megabytes <= MOST_MEGABYTES and self.differing == 0

    def text(self) -> str:
        """The measure for people."""
        return (
            f"monthly closing: {self.people:,} people drawn up in {self.drawn_up:.1f} s (limit {LIMIT:.0f} s), "
            f"compared with the register in {self.compared:.1f} s, the process grown by {self.megabytes:.0f} MB (limit "
            f"{MOST_MEGABYTES:.0f}), {self.differing} differing"
        )


def run() -> Result:
    """Found a node, give it people on both sides, draw their month up and compare it."""
    with tempfile.TemporaryDirectory() as folder, component_node(Path(folder), AGENCY):
        return _measured()


def _measured() -> Result:
    from django.db import transaction
    from django.utils import timezone

    from ccvc.access.domain import Subject
    from ccvc.closings.actions import decide, prepare
    from ccvc.closings.selectors.register import compare_with_register
    from ccvc.closings.selectors.states import kept_rows
    from ccvc.exchange.domain import snapshots
    from ccvc.organisations.actions import load_catalogue
    from ccvc.rules.closing import month_of

    load_catalogue()
    _fill()
    subject, month = Subject.system("bench"), month_of(timezone.localdate())
    decide(subject, AGENCY, mode="monthly", since=month, window_days=31, basis="bench")
    before, started = _megabytes(), time.perf_counter()
    snapshot = prepare(subject, month)
    drawn_up = time.perf_counter() - started
    grown = _megabytes() - before
    raw = snapshot.statement.encode()
    rows = {name: [one.state for one in kept] for name, kept in kept_rows(snapshot)}
    opened = snapshots.Snapshot(None, snapshots.decode_statement(raw), raw, rows)  # type: ignore[arg-type]  # signed elsewhere
    started = time.perf_counter()
    with transaction.atomic():
        found = compare_with_register(opened)
    compared = time.perf_counter() - started
    return Result(opened.statement.people, drawn_up, compared, grown, len(found.unequal))


def _megabytes() -> float:
    """The most memory the process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _fill() -> None:
    from django.db import connection

    from ccvc.simulation.agencies import units_for
    from ccvc.simulation.people import people
    from ccvc.standard import canonical

    kept_signature()
    one = next(iter(people(1, AGENCY, units_for(AGENCY, 100), 100)))
    document = {**one.document, "employment": {**one.document["employment"], "category": "CC"}}
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"document": canonical(document).decode(), "people": PEOPLE})
