"""Whose exchange a subject may see or run: on the national node a peer is an agency, and reach counts."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet

from ccvc.access.domain import EVERYWHERE, Right, Subject, require
from ccvc.exchange.models import Peer, Quarantine
from ccvc.organisations.selectors import reach_agencies


def peers_within(subject: Subject, right: Right) -> QuerySet[Peer]:
    """Peers within reach; Problem ACC-DENIED. A component has one, the national node, which is everybody's."""
    require(subject, right)
    if _unbounded(subject, right):
        return Peer.objects.all()
    return Peer.objects.filter(agency_code__in=reach_agencies(subject, right, subject.on))


def quarantine_within(subject: Subject, right: Right) -> QuerySet[Quarantine]:
    """What was kept aside, of peers within reach by the name it came under; Problem ACC-DENIED."""
    senders = peers_within(subject, right).values("agency_code")
    kept = Quarantine.objects.all()
    return kept if _unbounded(subject, right) else kept.filter(claimed_sender__in=senders)


def _unbounded(subject: Subject, right: Right) -> bool:
    return settings.CCVC_KIND == "component" or EVERYWHERE in subject.roots(right)
