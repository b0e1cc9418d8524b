"""Which components have applied the code lists published, by their receipts; counts of change sets only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from ccvc.access.domain import Right, Subject
from ccvc.catalogues.models import ChangeSet
from ccvc.catalogues.selectors import Shown, change_sets, shown
from ccvc.exchange.domain.manifest import Kind
from ccvc.exchange.models import Outbound, Peer
from ccvc.exchange.scope import peers_within

NEWEST = 20
NAMED = 8


@dataclass(frozen=True, slots=True)
class ListProgress:
    """How far one component is: change sets applied of all there are, and since when the next one waits.

    `misfits` were taken and kept, but do not fit the lists of its program.
    """

    agency: str
    name: str
    applied: int
    total: int
    misfits: int
    waits_since: datetime | None

    @property
    def waiting(self) -> int:
        """Change sets it has not answered yet."""
        return self.total - self.applied


@dataclass(frozen=True, slots=True)
class SetProgress:
    """One change set, how many components have applied it, and the first of those that have not."""

    shown: Shown
    applied: int
    lagging: list[str]
    more: int


def list_progress(subject: Subject) -> list[ListProgress]:
    """Every component within reach, those that lag first; Problem ACC-DENIED.

    A package holds the change sets that follow those of the one before, so its receipt answers for exactly these.
    """
    peers = list(peers_within(subject, Right.EXCHANGE_SEE).order_by("agency_code"))
    published = dict(ChangeSet.objects.values_list("number", "published_at"))
    sent: dict[int, list[Outbound]] = defaultdict(list)
    packages = Outbound.objects.filter(kind=Kind.CATALOGUE.value, peer__in=peers).defer("data")
    for package in packages.order_by("sequence"):
        sent[package.peer_id].append(package)
    found = [_progress(peer, sent[peer.pk], published) for peer in peers]
    return sorted(found, key=lambda one: (-one.waiting, -one.misfits, one.agency))


def _progress(peer: Peer, packages: list[Outbound], published: dict[int, datetime]) -> ListProgress:
    answered = [package for package in packages if package.state == Outbound.State.RECEIPTED]
    applied = sum(package.records for package in answered)
    misfits = sum(package.refused or 0 for package in answered)
    since = published.get(applied + 1)
    return ListProgress(peer.agency_code, peer.name, applied, len(published), misfits, since)


def sets_progress(found: list[ListProgress]) -> list[SetProgress]:
    """The newest change sets, with who of these components has applied each."""
    rows = []
    for one in shown(list(change_sets()[:NEWEST])):
        lagging = [row.name for row in found if row.applied < one.change_set.number]
        rows.append(SetProgress(one, len(found) - len(lagging), lagging[:NAMED], len(lagging[NAMED:])))
    return rows
