"""Packages of one peer, for the people who run the exchange; sealed bytes are never read for a page."""

from __future__ import annotations

from django.db.models import QuerySet

from ccvc.access.domain import Right, Subject
from ccvc.exchange.models import Inbound, Outbound
from ccvc.exchange.scope import peers_within
from ccvc.standard.problems import Problem


def packages_of(subject: Subject, agency: str) -> tuple[QuerySet[Outbound], QuerySet[Inbound]]:
    """Packages sent to and taken from a peer, newest first; Problem ACC-DENIED, EXC-NOT-FOUND."""
    peer = peers_within(subject, Right.EXCHANGE_SEE).filter(agency_code=agency).first()
    if peer is None:
        raise Problem("EXC-NOT-FOUND", where=agency)
    sent = Outbound.objects.filter(peer=peer).defer("data").order_by("-sequence")
    taken = Inbound.objects.filter(peer=peer).defer("data").order_by("-sequence")
    return sent, taken
