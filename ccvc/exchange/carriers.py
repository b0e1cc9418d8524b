"""Which transport carries packages to a peer, from the peer's row and the node's keys."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from ccvc.exchange.models import Peer
from ccvc.exchange.transports import Transport
from ccvc.exchange.transports.file import FileTransport
from ccvc.exchange.transports.https import HttpsTransport
from ccvc.signing import store
from ccvc.standard.problems import Problem


def transport_for(peer: Peer) -> Transport:
    """The transport of a peer; Problem EXC-TRANSPORT for one that fetches by itself or is not known."""
    if peer.transport == Peer.Transport.HTTPS:
        return https_to(peer)
    if peer.transport == Peer.Transport.FILE:
        return FileTransport(Path(settings.CCVC_HOME) / peer.address, settings.CCVC_AGENCY, peer.agency_code)
    expected = f"{Peer.Transport.HTTPS.value}, {Peer.Transport.FILE.value}"
    raise Problem("EXC-TRANSPORT", where=peer.agency_code, got=peer.transport, expected=expected)


def https_to(peer: Peer) -> HttpsTransport:
    """The HTTPS transport of a peer, with this node's keys and trust as they are now."""
    return HttpsTransport(
        peer.address, settings.CCVC_AGENCY, peer.agency_code, store.node_keys(), store.trust()
    )
