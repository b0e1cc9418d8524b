"""The ledger: what appending costs of a commit, verifying beside a bare read, and how proofs grow with the log.

Verifying reads the ledger and all versions behind it (`ccvc ledger verify`); beside it, in the same run, one process
reads statements and documents of the same rows in order, by COPY, and hashes them. Sizes: BENCH_VERSIONS (100,000),
BENCH_PER_APPROVAL (500), BENCH_COMMITS (40), BENCH_ENTRIES (1,000,000, the largest log of which proofs are taken).
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from ccvc.node.postgres import Postgres

VERSIONS = int(os.environ.get("BENCH_VERSIONS", "100000"))
PER_APPROVAL = int(os.environ.get("BENCH_PER_APPROVAL", "500"))
COMMITS = int(os.environ.get("BENCH_COMMITS", "40"))
ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000000"))
MOST_SHARE, MOST_TIMES = 0.10, 2.0
DIFFERENT = 500
PROOFS = 50
WARM = 5
FIRST_ID = 1_000_000


@dataclass
class Proof:
    """Proofs of a log of a size: hashes in the longest of them, milliseconds for one of either kind."""

    size: int
    hashes: int
    inclusion: float
    consistency: float


@dataclass
class Result:
    """Shares, times and sizes; `bare` and `verified` are seconds for the same rows."""

    share: float
    commit: float
    append: float
    bare: float
    verified: float
    megabytes: float
    faults: int
    proofs: list[Proof]

    @property
    def times(self) -> float:
        """How many times as long as a bare read verifying takes."""
        return self.verified / self.bare

    @property
    def logarithmic(self) -> bool:
        """No proof of n entries holds more hashes than two for each doubling of n."""
        return all(proof.hashes <= 2 * proof.size.bit_length() for proof in self.proofs)

    @property
    def holds(self) -> bool:
        """Every limit holds, and nothing was found wrong."""
        return self.share < MOST_SHARE and self.times <= MOST_TIMES and not self.faults and self.logarithmic

    def text(self) -> str:
        """The measure for people."""
        lines = [
            (
                f"ledger, append: {self.append:.2f} ms of a commit of {self.commit:.1f} ms: {self.share:.1%} "
                f"(limit {MOST_SHARE:.0%}; median of {COMMITS} approvals of one change)"
            ),
            (
                f"ledger, verify: {VERSIONS:,} versions ({self.megabytes:,.0f} MB, {PER_APPROVAL} an approval) in "
                f"{self.verified:.1f} s, bare read and hash {self.bare:.1f} s: {self.times:.2f} times "
                f"(limit {MOST_TIMES}), {self.faults} faults"
            ),
        ]
        lines += [
            f"ledger, proofs in {one.size:,} entries: at most {one.hashes} hashes, inclusion {one.inclusion:.2f} ms, "
            f"consistency {one.consistency:.2f} ms"
            for one in self.proofs
        ]
        return "\n".join(lines)


def run() -> Result:
    """Found a component, approve single changes, fill it with versions, verify, prove."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        server = Postgres(home / "postgres")
        os.environ |= {
            "CCVC_HOME": folder,
            "CCVC_AGENCY": "H41",
            "DJANGO_SETTINGS_MODULE": "ccvc.node.django_settings",
        }
        with server.running("bench_ledger"):
            os.environ["CCVC_DATABASE_URL"] = server.url("bench_ledger")
            return _measured(home)


def _measured(home: Path) -> Result:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from ccvc.ledger.verification import verify
    from tests.people import found_agency

    agency = found_agency(home)
    commit, append = _commits(agency)
    _fill(agency)
    _bare()
    bare, size = _bare()
    began = time.perf_counter()
    report = verify(processes=0)
    verified = time.perf_counter() - began
    return Result(
        statistics.median(a / c for a, c in zip(append, commit, strict=True)),
        statistics.median(commit),
        statistics.median(append),
        bare,
        verified,
        size / 1e6,
        len(report.faults),
        list(_proofs()),
    )


@contextmanager
def _clocked(clock: list[float], module: Any, name: str) -> Iterator[None]:
    """Add up the time spent in a function of a module, inside the block."""
    plain = getattr(module, name)

    def timed(*given: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return plain(*given, **named)
        finally:
            clock.append(time.perf_counter() - began)

    setattr(module, name, timed)
    try:
        yield
    finally:
        setattr(module, name, plain)


def _commits(agency: Any) -> tuple[list[float], list[float]]:
    """Milliseconds of approving one change with the key already open, and of its entries in the log."""
    from functools import partial

    from django.db import transaction

    from ccvc.changes.actions import approving
    from ccvc.ledger import actions as ledger
    from ccvc.means.actions import open_own
    from ccvc.signing.actions import sign_batch
    from tests import people

    subject = agency.subject("approver")
    opened = open_own(subject, people.PASSPHRASE, None)
    sign = partial(sign_batch, opened.user, opened, agency="H41", purpose=approving.PURPOSE)
    documents = (
        people.dossier(number, full_name=f"Người thứ {number}") for number in range(1, COMMITS + WARM + 1)
    )
    ids = [people.propose(agency, document).pk for document in documents]
    people.pass_steps(agency, ids)
    commit: list[float] = []
    append: list[float] = []
    for change in ids:
        inside = list[float]()
        began = time.perf_counter()
        with _clocked(inside, ledger, "append"), transaction.atomic():
            approving.approve_within(subject, approving.prepare_within(subject, [change]), sign)
        commit.append((time.perf_counter() - began) * 1000)
        append.append(sum(inside) * 1000)
    return commit[WARM:], append[WARM:]


def _fill(agency: Any) -> None:
    """Approved versions of synthetic people, written as approving writes them, many by COPY."""
    from django.db import transaction
    from django.utils import timezone

    from ccvc.dossiers import domain
    from ccvc.dossiers import selectors as dossiers
    from ccvc.ledger import actions as ledger
    from ccvc.means.actions import open_own
    from ccvc.signing import merkle
    from ccvc.signing.actions import sign_batch
    from tests import people

    opened = open_own(agency.subject("approver"), people.PASSPHRASE, None)
    whole, done = cycle(_documents()), 0
    while done < VERSIONS:
        count = min(PER_APPROVAL, VERSIONS - done)
        with transaction.atomic():
            first = dossiers.last_position() + 1
            made = [
                _statement(first + place, document) for place, document in enumerate(islice(whole, count))
            ]
            hashes = [domain.version_hash(statement.encode()) for _, statement, _ in made]
            signature = sign_batch(opened.user, opened, hashes, agency="H41", purpose="bench")
            _write(made, hashes, first, signature.pk, timezone.now())
            root, last = merkle.root(hashes).hex(), first + count - 1
            told = {
                "count": count,
                "first": first,
                "last": last,
                "root": root,
                "signature": str(signature.pk),
            }
            ledger.append("versions", f"{first}-{last}", told)
        done += count


def _documents() -> list[str]:
    from ccvc.simulation.agencies import units_for
    from ccvc.simulation.people import people
    from ccvc.standard import canonical

    found = people(1, "H41", units_for("H41", DIFFERENT), DIFFERENT)
    return [canonical(one.document).decode() for one in islice(found, DIFFERENT)]


@lru_cache(maxsize=DIFFERENT)
def _digest(document: str) -> str:
    return sha256(document.encode()).hexdigest()


def _statement(position: int, document: str) -> tuple[str, str, str]:
    """Key, statement and document of the first version of a person."""
    from uuid import UUID

    from ccvc.dossiers.domain import FORMAT, Statement, StepTaken, statement_bytes

    key, at = str(UUID(int=position)), "2026-11-20T02:00:00Z"
    steps = [
        StepTaken(step=step, account="lan", name="Trần Thị Lan", at=at)
        for step in ("declare", "check", "verify")
    ]
    stated = Statement(
        format=FORMAT,
        person=key,
        personal_id=None,
        agency="H41",
        unit="H41.12",
        number=1,
        base=None,
        standard="2026-07",
        kind="create",
        valid_from="2026-11-20",
        document_sha256=_digest(document),
        national_sha256="0" * 64,
        reason="Kê khai lần đầu",
        steps=steps,
    )
    return key, statement_bytes(stated).decode(), document


def _write(
    made: list[tuple[str, str, str]], hashes: list[bytes], first: int, signature: Any, now: Any
) -> None:
    from django.db import connection

    moment = now.isoformat()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        dossiers = (
            "COPY dossiers_dossier (id, key, agency_code, unit_id, current_number, current_hash, opened_at)"
        )
        with cursor.copy(f"{dossiers} FROM STDIN") as copy:
            for place, ((key, _, _), fresh) in enumerate(zip(made, hashes, strict=True), FIRST_ID + first):
                copy.write_row((place, key, "H41", 1, 1, fresh, moment))
        versions = (
            "COPY dossiers_version (dossier_id, number, position, hash, statement, document, valid_from, known_at,"
            " signature_id, leaf)"
        )
        with cursor.copy(f"{versions} FROM STDIN") as copy:
            for leaf, ((_, statement, document), fresh) in enumerate(zip(made, hashes, strict=True)):
                fixed = ("2026-11-20", moment, str(signature), leaf)
                copy.write_row((FIRST_ID + first + leaf, 1, first + leaf, fresh, statement, document, *fixed))


def _bare() -> tuple[float, int]:
    """Seconds and bytes of one process that reads the same rows in order and hashes them."""
    from ccvc.ledger import copying

    began, size = time.perf_counter(), 0
    for statement, document in copying.rows(
        "SELECT statement, document FROM dossiers_version ORDER BY position"
    ):
        sha256(statement or b"").digest()
        sha256(document or b"").digest()
        size += len(statement or b"") + len(document or b"")
    return time.perf_counter() - began, size


def _proofs() -> Iterator[Proof]:
    """Proofs at sizes ten times as large as the one before, in a log of entries written by COPY."""
    import random

    from ccvc.access.domain import Subject
    from ccvc.ledger import selectors
    from ccvc.signing import merkle
    from tests.owner import tamper

    tamper("TRUNCATE ledger_entry, ledger_head")
    draw = random.Random(1)  # noqa: S311 - which entries are proved is no secret
    subject, frontier, size = Subject.system("bench"), merkle.Frontier(), 1000
    while size <= ENTRIES:
        _grow(frontier, size)
        clock: dict[str, list[float]] = {"prove_inclusion": [], "prove_consistency": []}
        longest = 0
        for name, times in clock.items():
            for _ in range(PROOFS):
                began = time.perf_counter()
                found = getattr(selectors, name)(subject, draw.randrange(1, size))
                times.append((time.perf_counter() - began) * 1000)
                longest = max(longest, len(found.proof))
        medians = [statistics.median(times) for times in clock.values()]
        yield Proof(size, longest, *medians)
        size *= 10


def _grow(frontier: Any, size: int) -> None:
    """Write entries up to a size, and the head."""
    from django.db import connection

    from ccvc.ledger.models import Head
    from ccvc.signing import merkle

    with connection.cursor() as cursor:
        columns = "index, kind, subject, payload, leaf_hash, nodes, at"
        with cursor.copy(f"COPY ledger_entry ({columns}) FROM STDIN") as copy:
            for index in range(frontier.size, size):
                leaf = merkle.leaf_hash(index.to_bytes(8))
                nodes = b"".join(frontier.append(leaf))
                copy.write_row((index, "administrative", "bench", "{}", leaf, nodes, "2026-11-20T02:00:00Z"))
    told = {"size": frontier.size, "root": frontier.root(), "frontier": frontier.to_bytes()}
    Head.objects.update_or_create(pk=1, defaults=told)
