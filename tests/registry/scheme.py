"""Components that send to a national node in memory: changes, signed and sealed, and the answers they get."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.exchange.actions import build_packages, process_inbound, store_inbound
from ccvc.exchange.actions.streams import open_streams
from ccvc.exchange.domain import Kind, open_package
from ccvc.exchange.domain import records as lines
from ccvc.exchange.domain.records import ConflictLine, SummaryLine, VerdictLine, decode_notice, decode_receipt
from ccvc.exchange.models import Inbound, Outbound, Peer
from ccvc.signing import certificates, merkle, revocation, store
from tests.exchange import scheme
from tests.exchange.scheme import Holder, approval, canonical, node, person
from tests.registry import people

SYSTEM = Subject.system("tests")


@dataclass(frozen=True)
class Change:
    """One approved change as a component would send it."""

    person: UUID
    statement: bytes
    document: bytes

    @property
    def hash(self) -> bytes:
        return merkle.leaf_hash(self.statement)


def change(
    who: int,
    *,
    agency: str = "H41",
    number: int = 1,
    after: Change | None = None,
    document: dict[str, Any] | None = None,
    valid_from: date | str | None = None,
    **stated: Any,
) -> Change:
    """A version of a person: the first, or one after another; `stated` changes what the statement says."""
    whole = people.document(who, agency=agency) if document is None else document
    raw = canonical(whole)
    digest = hashlib.sha256(raw).hexdigest()
    identity = whole.get("identity")
    number_given = identity.get("personal_id") if isinstance(identity, dict) else None
    statement = {
        "format": "ccvc-change/1",
        "person": str(person(who)),
        "personal_id": number_given if isinstance(number_given, str) else None,
        "agency": agency,
        "unit": agency,
        "number": number,
        "base": after.hash.hex() if after else None,
        "standard": "2026-07",
        "kind": "create" if number == 1 else "update",
        "valid_from": str(valid_from or timezone.localdate() - timedelta(days=1)),
        "document_sha256": digest,
        "national_sha256": digest,
        "reason": "Kê khai lần đầu" if number == 1 else "Quyết định nâng bậc lương",
        "steps": [{"step": "declare", "account": "an", "name": "Nguyễn An", "at": "2026-11-20T08:00:00Z"}],
    }
    return Change(person(who), canonical({**statement, **stated}), raw)


def change_lines(changes: Sequence[Change], *, agency: str = "H41", by: Holder | None = None) -> list[bytes]:
    """One approval over the changes, then the changes."""
    signed, leaves = approval([c.statement for c in changes], agency=agency, by=by)
    return [
        lines.approval_line(0, signed, leaves),
        *(
            lines.change_line(approval=0, leaf=leaf, statement=c.statement, document=c.document)
            for leaf, c in enumerate(changes)
        ),
    ]


@dataclass(frozen=True)
class Answer:
    """What a package was answered with."""

    inbound: Inbound
    summary: SummaryLine
    verdicts: list[VerdictLine]

    @property
    def counts(self) -> tuple[int, int]:
        return self.summary.accepted, self.summary.refused

    @property
    def codes(self) -> list[str]:
        return [verdict.code for verdict in self.verdicts]


@dataclass
class Component:
    """A component node as the national node sees it: its stream of packages."""

    agency: str = "H41"
    sequence: int = 0
    previous: str | None = None
    answers: list[Answer] = field(default_factory=list)

    def send(self, *changes: Change) -> Answer:
        return self.send_lines(change_lines(changes, agency=self.agency))

    def send_lines(self, content: list[bytes]) -> Answer:
        """Seal under the next number, deliver, have it judged, and open the receipt."""
        return self.deliver(self.seal(content))

    def seal(self, content: list[bytes]) -> bytes:
        sealed = scheme.package(self.sequence + 1, self.previous, lines=content, sender=self.agency)
        self.sequence, self.previous = self.sequence + 1, sealed.manifest_sha256
        return sealed.data

    def deliver(self, data: bytes) -> Answer:
        inbound = process_inbound(SYSTEM, store_inbound(data, "https").inbound)
        assert inbound.receipt is not None
        answer = Answer(inbound, *decode_receipt(self.open(inbound.receipt)))
        self.answers.append(answer)
        return answer

    def open(self, outbound: Outbound) -> list[bytes]:
        """The lines of a package addressed to this component."""
        key = node(self.agency, "encrypt").key
        opened = open_package(
            bytes(outbound.data),
            decrypt_key=key,
            trust=scheme.trust(),
            receiver=self.agency,
            at=timezone.now(),
        )
        return opened.lines

    def notices(self) -> list[ConflictLine]:
        """The notices the national node sends this component, once it sends."""
        build_packages(SYSTEM, self.agency)
        shared = Outbound.objects.filter(peer__agency_code=self.agency, kind=Kind.SHARE.value)
        found = [
            decode_notice(raw) for outbound in shared.order_by("sequence") for raw in self.open(outbound)
        ]
        return [line for line in found if isinstance(line, ConflictLine)]


def found_national_node(home: Path, *agencies: str) -> None:
    """Keys and trust below a home folder, and a peer for each agency."""
    store.save_trust(home, "test", [scheme.authority().cert])
    store.save_crl(home, "test", revocation.crl(scheme.authority()))
    for use in ("sign", "encrypt"):
        holder = node(scheme.NATIONAL, use)
        store.save_node_key(home, use, holder.key, holder.chain)
    for agency in agencies:
        pems = {use: certificates.to_pem(node(agency, use).chain) for use in ("sign", "encrypt")}
        peer = Peer.objects.create(agency_code=agency, name=f"Cơ quan {agency}", certificates=pems)
        open_streams(peer)
