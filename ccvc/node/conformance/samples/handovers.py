"""Packages of kind transfer as a giver sends them, each with the lines the national node must answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid5

from ccvc.exchange.domain.content import join_lines
from ccvc.node.conformance.samples.draft import Draft, approved
from ccvc.node.conformance.samples.sample import Maker, Sample
from ccvc.node.conformance.samples.scheme import (
    OTHER,
    SENDER,
    SPACE,
    STRANGER,
    Change,
    Scheme,
    change,
    person,
)
from ccvc.transfers.domain.lines import By, OfferLine, OpenedLine, WithdrawLine, line_bytes

BY = By("lan", "Trần Thị Lan (THỬ NGHIỆM)")
HASH = "0" * 64
Told = Sequence[tuple[str, str | None]]
Line = Callable[[Scheme], bytes]


def transfer(number: int) -> UUID:
    """The key of a sample hand-over."""
    return uuid5(SPACE, f"transfer {number}")


def offer(which: int = 1, **said: Any) -> Line:
    """The offer of person 1, who is known by one version, unless other things are said."""

    def make(scheme: Scheme) -> bytes:
        today = scheme.at.date()
        stated: dict[str, Any] = {
            "transfer": transfer(which),
            "person": person(1),
            "receiver": OTHER,
            "number": 1,
            "version": change(1).hash,
            "decision": "12/QĐ-UBND (THỬ NGHIỆM)",
            "decided_on": None,
            "effective_on": today,
            "at": scheme.at,
            "by": BY,
        }
        return line_bytes(OfferLine(**{**stated, **said}))

    return make


def withdraw(which: int = 1) -> Line:
    """The offer is taken back."""
    return lambda scheme: line_bytes(WithdrawLine(transfer(which), "Nhầm người", scheme.at, BY))


def not_the_givers(scheme: Scheme) -> bytes:
    """A line only the national node says."""
    return line_bytes(OpenedLine(transfer(1), "", scheme.at.date()))


def unreadable(_scheme: Scheme) -> bytes:
    """A line of no type there is."""
    return b'{"transfer":"6ba7b811-9dad-11d1-80b4-00c04fd430c8","type":"give"}'


def answered(*lines: Line, told: Told = (), known: Change | None = None, problem: str | None = None) -> Maker:
    """A package of one line each behind the changes; `told` are the lines that come back, with their code."""

    def make(scheme: Scheme) -> Sample:
        contents = [approved(scheme, known or change(1)), *([line(scheme)] for line in lines)]
        made, previous = [], None
        for number, content in enumerate(contents, start=1):
            stated = {
                "sequence": number,
                "previous": previous,
                "kind": "transfer" if number > 1 else "changes",
            }
            draft = Draft(scheme, content, stated=stated, join=join_lines)
            made.append(draft.build())
            previous = draft.digest
        *before, data = made
        return Sample(data, before, told=told, problem=problem)

    return make


def another_manages(scheme: Scheme) -> Sample:
    """The person came from another component."""
    theirs = change(1, agency=OTHER, unit=OTHER)
    first = Draft(scheme, approved(scheme, theirs, agency=OTHER), sender=OTHER).build()
    line = offer(version=theirs.hash)(scheme)
    data = Draft(scheme, [line], stated={"kind": "transfer"}).build()
    return Sample(data, [first], told=[("denied", "TRF-NOT-MANAGER")])


def denied(code: str, line: Line) -> Maker:
    """The sample of a code that denies an offer or an answer."""
    return answered(line, told=[("denied", code)])


SAMPLES: dict[str, Maker] = {
    "transfer-offer": answered(offer(), told=[("opened", None)]),
    "transfer-repeated": answered(offer(), offer(), told=[("opened", None), ("opened", None)]),
    "transfer-withdrawn": answered(offer(), withdraw(), told=[("opened", None), ("ended", None)]),
    "transfer-TRF-UNKNOWN": denied("TRF-UNKNOWN", offer(person=person(9))),
    "transfer-TRF-SAME": denied("TRF-SAME", offer(receiver=SENDER)),
    "transfer-TRF-NO-NODE": denied("TRF-NO-NODE", offer(receiver=STRANGER)),
    "transfer-TRF-BEHIND": denied("TRF-BEHIND", offer(version=HASH)),
    "transfer-TRF-NOT-FOUND": denied("TRF-NOT-FOUND", withdraw()),
    "transfer-TRF-OPEN": answered(offer(), offer(2), told=[("opened", None), ("denied", "TRF-OPEN")]),
    "transfer-TRF-NOT-MANAGER": another_manages,
    "transfer-unreadable": answered(unreadable, problem="EXC-LINE"),
    "transfer-not-the-givers": answered(not_the_givers, problem="EXC-LINE"),
}
