"""Packages that close a month, each with what its receipt must say: the comparison, or why it is refused whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from ccvc import standard
from ccvc.exchange.domain import records, snapshots
from ccvc.exchange.domain.reconcile import StateRow, by_bucket, state_digests
from ccvc.node.conformance.samples.draft import Draft, approved
from ccvc.node.conformance.samples.sample import Compared, Maker, Sample
from ccvc.node.conformance.samples.scheme import OTHER, SENDER, Change, Scheme, change, payload_of, person
from ccvc.signing import jws, merkle
from ccvc.signing.algorithms import local
from ccvc.signing.store import KeyPair

Stated = dict[str, Any]
Lines = list[bytes]
HERE, ELSEWHERE = "0" * 64, "1" * 64
MONTH_AHEAD = timedelta(days=32)


@dataclass
class Closing:
    """A closing of two people, drawn up at the scheme's moment; a sample spoils one part of it."""

    scheme: Scheme
    people: Sequence[int] = (1, 2)
    stated: Stated = field(default_factory=dict)
    signer: KeyPair | None = None
    purpose: str = snapshots.PURPOSE
    over: bytes | None = None
    late: int = 0

    def lines(self) -> Lines:
        """Approval, statement, everyone by bucket."""
        raw = self.statement()
        leaves = [snapshots.statement_hash(raw if self.over is None else self.over)]
        by = self.signer or self.scheme.pair(SENDER, "approve")
        payload = payload_of(leaves, by.cert, SENDER, self.scheme.at, self.purpose)
        signed = jws.sign(payload, by.key, by.chain, at=self.scheme.at)
        return list(snapshots.snapshot_lines(signed, b"".join(leaves), raw, by_bucket(self._rows()).items()))

    def statement(self) -> bytes:
        """The statement, canonical."""
        return standard.canonical({**self._told(), **self.stated})

    def _rows(self) -> list[StateRow]:
        return [_row(who, change(who)) for who in self.people]

    def _told(self) -> Stated:
        rows, at = self._rows(), self.scheme.at + timedelta(seconds=self.late)
        everyone = [row for members in by_bucket(rows).values() for row in members]
        counts = [{"category": "CC", "people": len(rows), "status": "01", "unit": f"{SENDER}.12"}]
        none = ("conflicts", "errors", "hints", "pending", "refused", "returned", "unsent", "warnings")
        return {
            "agency": SENDER,
            "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "counts": counts,
            "digests": state_digests(rows),
            "format": snapshots.FORMAT,
            "ledger": {"root": HERE, "size": 0},
            "month": month_of(at),
            "movement": None,
            "people": len(rows),
            "policy": "nd27-2026",
            "position": len(rows),
            "quality": None,
            "reason": "",
            "replaces": None,
            "root": snapshots.root_of(everyone),
            "serving": len(rows),
            "standard": standard.current().version,
            "unresolved": dict.fromkeys(none, 0),
        }


def month_of(at: datetime) -> str:
    """The month of Viet Nam a moment lies in."""
    return f"{local(at):%Y-%m}"


def _row(who: int, version: Change) -> StateRow:
    return StateRow(person(who), 1, version.hash, standard.digest(version.document))


def sent(scheme: Scheme, lines: Lines, *known: int) -> tuple[list[bytes], bytes]:
    """The package of the people known at the receiver, and the snapshot behind it."""
    *before, data = stream(scheme, *([approved(scheme, *map(change, known))] if known else []), lines)
    return before, data


def stream(scheme: Scheme, *contents: Lines) -> list[bytes]:
    """Packages of one stream: changes first where their approval says so, and snapshots."""
    made: list[bytes] = []
    previous = None
    for number, lines in enumerate(contents, start=1):
        kind = "snapshot" if b'"type":"closing"' in b"".join(lines[:2]) else "changes"
        draft = Draft(scheme, lines, stated={"sequence": number, "previous": previous, "kind": kind})
        made.append(draft.build())
        previous = draft.digest
    return made


def compared(known: Sequence[int], found: Compared, people: Sequence[int] = (1, 2), **stated: Any) -> Maker:
    """Taken and compared: some people are known at the receiver, some are in the closing."""

    def make(scheme: Scheme) -> Sample:
        before, data = sent(scheme, Closing(scheme, people, stated).lines(), *known)
        return Sample(data, before, compared=found)

    return make


def whole(problem: str, lines: Callable[[Scheme], Lines]) -> Maker:
    """Refused whole with a code, whoever is known."""
    return lambda scheme: Sample(sent(scheme, lines(scheme))[1], problem=problem)


def stating(**stated: Any) -> Callable[[Scheme], Lines]:
    """A statement, signed, that says something else."""
    return lambda scheme: Closing(scheme, stated=stated).lines()


def next_month(scheme: Scheme) -> Lines:
    return Closing(scheme, stated={"month": month_of(scheme.at + MONTH_AHEAD)}).lines()


def one_more(scheme: Scheme) -> Lines:
    """A tampered count: three are stated, two are there."""
    counts = [{"category": "CC", "people": 3, "status": "01", "unit": f"{SENDER}.12"}]
    return Closing(scheme, stated={"people": 3, "counts": counts}).lines()


def row_left_out(scheme: Scheme) -> Lines:
    return Closing(scheme).lines()[:-1]


def out_of_order(scheme: Scheme) -> Lines:
    approval, closing, *rows = Closing(scheme).lines()
    return [approval, closing, *reversed(rows)]


def other_version(scheme: Scheme) -> Lines:
    """The rows say another version than the digests bind."""
    held = change(1).hash.encode()
    return [line.replace(held, ELSEWHERE.encode()) for line in Closing(scheme).lines()]


def spaced(scheme: Scheme) -> Lines:
    """The statement as signed is not canonical."""
    raw = Closing(scheme).statement().replace(b'"agency"', b' "agency"', 1)
    lines = Closing(scheme, over=raw).lines()
    return [lines[0], lines[1].replace(b'{"agency"', b'{ "agency"', 1), *lines[2:]]


def other_statement(scheme: Scheme) -> Lines:
    """The signature is over another statement."""
    return Closing(scheme, over=Closing(scheme, stated={"reason": "Bản khác"}).statement()).lines()


def by_stranger(scheme: Scheme) -> Lines:
    signer = scheme.issue(SENDER, "approve", by=scheme.stranger, days=300)
    return Closing(scheme, signer=signer).lines()


def signature_of_another(scheme: Scheme) -> Lines:
    """Signature and payload are of two closings: a wrong signature."""
    approval, *rest = Closing(scheme).lines()
    other = orjson.loads(Closing(scheme, purpose="phê duyệt").lines()[0])
    said = orjson.loads(approval)
    said["jws"]["payload"] = other["jws"]["payload"]
    leaves = [snapshots.statement_hash(Closing(scheme).statement())]
    return [records.approval_line(0, said["jws"], b"".join(leaves)), *rest]


def twice(scheme: Scheme) -> Sample:
    """The same closing again, under the next number."""
    lines = Closing(scheme).lines()
    *before, data = stream(scheme, lines, lines)
    return Sample(data, before, problem="CLS-OLDER")


def replaced(scheme: Scheme) -> Sample:
    """A later closing of the month that names the one before it."""
    first = Closing(scheme)
    held = merkle.leaf_hash(first.statement()).hex()
    second = Closing(scheme, stated={"replaces": held}, late=1)
    *before, data = stream(scheme, approved(scheme, change(1), change(2)), first.lines(), second.lines())
    return Sample(data, before, compared=Compared(agreed=2))


def fork(scheme: Scheme) -> Sample:
    """A later closing of the month that knows of another one before it."""
    second = Closing(scheme, stated={"replaces": ELSEWHERE}, late=1)
    *before, data = stream(scheme, Closing(scheme).lines(), second.lines())
    return Sample(data, before, problem="CLS-REPLACES")


MATTER: Stated = {"matter": "raise_regular", "people": 1, "days": 40, "untold": 2}
SAMPLES: dict[str, Maker] = {
    "snapshot": compared((1, 2), Compared(agreed=2)),
    "snapshot-unsent": compared((1,), Compared(agreed=1, kinds=("missing_there",))),
    "snapshot-came-after": compared((1, 2), Compared(agreed=1), (1,)),
    "snapshot-replaced": replaced,
    "snapshot-overdue": compared((1, 2), Compared(agreed=2), overdue=[MATTER, MATTER | {"matter": "later"}]),
    "CLS-LINE": whole("CLS-LINE", out_of_order),
    "CLS-STATEMENT": whole("CLS-STATEMENT", spaced),
    "CLS-STATEMENT-overdue": whole("CLS-STATEMENT", stating(overdue=[MATTER | {"people": -1}])),
    "CLS-AGENCY": whole("CLS-AGENCY", stating(agency=OTHER)),
    "CLS-LEAF": whole("CLS-LEAF", other_statement),
    "CLS-SIGNER": whole("CLS-SIGNER", lambda scheme: Closing(scheme, purpose="phê duyệt").lines()),
    "CLS-DIGEST": whole("CLS-DIGEST", other_version),
    "CLS-DIGEST-count": whole("CLS-DIGEST", one_more),
    "CLS-DIGEST-gap": whole("CLS-DIGEST", row_left_out),
    "CLS-FUTURE": whole("CLS-FUTURE", next_month),
    "CLS-OLDER": twice,
    "CLS-REPLACES": whole("CLS-REPLACES", stating(replaces=ELSEWHERE)),
    "CLS-REPLACES-fork": fork,
    "snapshot-signature": whole("EXC-APPROVAL-SIGNATURE", signature_of_another),
    "snapshot-stranger": whole("EXC-APPROVAL-SIGNATURE", by_stranger),
}
