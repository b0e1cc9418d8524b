"""Reconciliation: proving that the national node holds what the components approved, person by person.

A component compares its own newest versions with what the national node says it holds of them; the national
node compares what it holds with the packages it took, opened and read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from ccvc.access.domain import Right, Subject
from ccvc.dossiers import selectors as dossiers
from ccvc.dossiers.models import Version
from ccvc.exchange import carriers
from ccvc.exchange.domain import reconcile, statements
from ccvc.exchange.domain.reconcile import StateDifference, StateRow
from ccvc.exchange.models import Cursor, Inbound, Outbound, Peer, RecordVerdict
from ccvc.exchange.scope import peers_within
from ccvc.exchange.selectors.replay import replay
from ccvc.signing import store
from ccvc.standard.problems import Problem

Reason = Literal["unpacked", "waiting", "refused", "pending", "unexplained"]


@dataclass(frozen=True, slots=True)
class Explained:
    """One difference, and why it is there: on its way, refused, or not to be explained."""

    difference: StateDifference
    reason: Reason


@dataclass(frozen=True, slots=True)
class Proof:
    """The comparison with one peer: people on both sides, how many agree, every difference."""

    agency: str
    peer: str
    at: datetime
    here: int
    there: int
    agreed: int
    differences: list[Explained] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """No difference is left unexplained."""
        return all(found.reason != "unexplained" for found in self.differences)

    def as_json(self) -> dict[str, Any]:
        """The proof for programs."""
        return {
            "agency": self.agency,
            "peer": self.peer,
            "at": self.at.isoformat(),
            "holds": self.holds,
            "here": self.here,
            "there": self.there,
            "agreed": self.agreed,
            "differences": [_difference_json(found) for found in self.differences],
        }


def _difference_json(found: Explained) -> dict[str, Any]:
    difference = found.difference
    return {
        "person": str(difference.person),
        "kind": difference.kind,
        "reason": found.reason,
        "here": difference.mine.number if difference.mine else None,
        "there": difference.theirs.number if difference.theirs else None,
    }


def prove(subject: Subject) -> list[Proof]:
    """Compare with every peer within reach; Problem ACC-DENIED, EXC-UNREACHABLE if the national node is away."""
    peers = peers_within(subject, Right.EXCHANGE_SEE).order_by("agency_code")
    if settings.CCVC_KIND == "national":
        return [_prove_taken(peer) for peer in peers]
    return [_prove_sent(peer) for peer in peers.filter(agency_code=settings.CCVC_NATIONAL_AGENCY)]


def own_rows() -> list[StateRow]:
    """The newest version of each of this component's people."""
    found = dossiers.state_rows()
    return [
        StateRow(UUID(str(person)), number, version, national) for person, number, version, national in found
    ]


def _prove_sent(peer: Peer) -> Proof:
    """Component side: digests first, then the rows of the buckets that differ."""
    if peer.transport != Peer.Transport.HTTPS:
        raise Problem("EXC-TRANSPORT", where=peer.agency_code, got=peer.transport, expected="https")
    mine = own_rows()
    carrier, trust, now = carriers.https_to(peer), store.trust(), timezone.now()
    stated = statements.read_digests(carrier.state(), peer=peer.agency_code, trust=trust, at=now)
    here, theirs = reconcile.by_bucket(mine), []
    buckets = reconcile.differing_buckets(reconcile.state_digests(mine), stated.digests)
    for bucket in buckets:
        theirs += statements.read_rows(carrier.state(bucket), peer=peer.agency_code, trust=trust, at=now)
    compared = [row for bucket in buckets for row in here.get(bucket, [])]
    differences = reconcile.compare(compared, theirs)
    unequal = sum(1 for found in differences if found.mine is not None)
    return Proof(
        agency=settings.CCVC_AGENCY,
        peer=peer.agency_code,
        at=now,
        here=len(mine),
        there=stated.people,
        agreed=len(mine) - unequal,
        differences=list(_explain(peer, differences)),
    )


def _explain(peer: Peer, differences: list[StateDifference]) -> Iterator[Explained]:
    people = [found.person for found in differences]
    cursor = Cursor.objects.filter(peer=peer, direction=Cursor.Direction.OUT).first()
    packed = cursor.position if cursor else 0
    newest = dict(
        Version.objects.filter(dossier__key__in=people)
        .order_by("number")
        .values_list("dossier__key", "position")
    )
    waiting = list(
        Outbound.objects.filter(peer=peer, kind="changes", receipted_at=None).values_list(
            "first_position", "last_position"
        )
    )
    verdicts = dict(
        RecordVerdict.objects.filter(outbound__peer=peer, person__in=people)
        .exclude(verdict=RecordVerdict.Verdict.ACCEPTED)
        .order_by("number")
        .values_list("person", "verdict")
    )
    for found in differences:
        yield Explained(found, _reason(newest.get(found.person), packed, waiting, verdicts.get(found.person)))


def _reason(
    position: int | None, packed: int, waiting: list[tuple[int | None, int | None]], verdict: str | None
) -> Reason:
    if position is None:
        return "unexplained"
    if position > packed:
        return "unpacked"
    if any(first and last and first <= position <= last for first, last in waiting):
        return "waiting"
    return "pending" if verdict == "pending" else "refused" if verdict else "unexplained"


def _prove_taken(peer: Peer) -> Proof:
    """National side: what is held against what the stored packages say, opened and read again."""
    held = reconcile.held_of(peer.agency_code)
    taken = replay(peer)
    differences = reconcile.compare(held, taken)
    unprocessed = Inbound.objects.filter(peer=peer, state=Inbound.State.STORED).exists()
    reason: Reason = "waiting" if unprocessed else "unexplained"
    unequal = sum(1 for found in differences if found.mine is not None)
    return Proof(
        agency=settings.CCVC_AGENCY,
        peer=peer.agency_code,
        at=datetime.now(UTC),
        here=len(held),
        there=len(taken),
        agreed=len(held) - unequal,
        differences=[Explained(found, reason) for found in differences],
    )
