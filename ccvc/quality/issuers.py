"""Ministries named on papers, and since when each has had its name: the check a paper's date is held against.

Read from the catalogue's data file, since processes that judge know no database.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from ccvc import organisations
from ccvc.standard.fields import Standard
from ccvc.standard.names import plain
from ccvc.standard.quality.case import Asked, Case, Found, last_day, written
from ccvc.standard.quality.declaring import Rule
from ccvc.standard.quality.kinds.evidence import Proof, proofs_of
from ccvc.standard.quality.kinds.making import Check, Make

FILE = Path(organisations.__file__).parent / "data" / "agencies.csv"
KIND = "ministry"


@cache
def beginnings() -> Mapping[str, date]:
    """The first day of each ministry's name, where the catalogue knows one later than its own beginning."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == KIND]
    first: dict[str, date] = {}
    for row in rows:
        name, since = plain(row["name"]), date.fromisoformat(row["valid_from"])
        first[name] = min(since, first.get(name, since))
    start = min(first.values())
    return {name: since for name, since in first.items() if since > start}


def issuer_not_yet(_rule: Rule, _asked: Asked, standard: Standard) -> Check:
    """A paper, as the entry or the paper itself says, of a day on which who issued it did not exist under that name."""

    def check(case: Case) -> Iterator[Found]:
        for proof in proofs_of(case, standard).looked_at:
            yield from _found(proof)

    return check


def _found(proof: Proof) -> Iterator[Found]:
    entry = proof.entry
    said = [(entry.said("issuer"), entry.said("date"), True)]
    said += [(one.issuer or entry.said("issuer"), one.date, False) for one in proof.papers]
    for issuer, day, own in said:
        latest, since = last_day(day), beginnings().get(plain(issuer)) if issuer else None
        if latest is not None and since is not None and latest < since:
            params = {"first": issuer, "second": written(latest), "day": written(since)}
            yield Found(entry.cell("issuer") or entry.path, params, counts=own)
            return


CHECKS: Mapping[str, Make] = {"issuer_not_yet": issuer_not_yet}
