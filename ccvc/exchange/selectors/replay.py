"""Replaying what was taken from a peer: the stored packages, opened again, give the state they must have led
to.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from ccvc.exchange.actions.streams import own_code
from ccvc.exchange.domain.opening import open_package
from ccvc.exchange.domain.reconcile import StateRow
from ccvc.exchange.domain.records import ChangeLine, decode_line, decode_statement
from ccvc.exchange.models import Inbound, Peer
from ccvc.signing import merkle, store


def replay(peer: Peer) -> list[StateRow]:
    """Newest accepted version of each person, from the stored packages and the verdicts given on them."""
    newest: dict[UUID, StateRow] = {}
    taken = Inbound.objects.filter(peer=peer, state=Inbound.State.ACCEPTED, kind="changes")
    for inbound in taken.order_by("sequence").iterator(chunk_size=1):
        for row in _accepted(inbound):
            known = newest.get(row.person)
            if known is None or row.number > known.number:
                newest[row.person] = row
    return list(newest.values())


def _accepted(inbound: Inbound) -> Iterator[StateRow]:
    opened = open_package(
        bytes(inbound.data),
        decrypt_key=store.node_keys().decrypt,
        trust=store.trust(),
        receiver=own_code(),
        at=inbound.received_at,
    )
    left_out = {record for record, _, _ in inbound.verdicts}
    for index, raw in enumerate(opened.lines):
        if index in left_out:
            continue
        line = decode_line(raw)
        if isinstance(line, ChangeLine):
            statement = bytes(line.statement)
            read = decode_statement(statement)
            version = merkle.leaf_hash(statement).hex()
            yield StateRow(UUID(read.person), read.number, version, read.national_sha256)
