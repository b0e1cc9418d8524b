"""A component and the national node in one database: each acts with its own identity, home and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.test import override_settings
from django.utils import timezone

from ccvc.access.domain import Subject
from ccvc.exchange import actions
from ccvc.exchange.domain import Arrival, Judgement, Verdict, enrolment
from ccvc.exchange.domain.approvals import open_approval
from ccvc.exchange.domain.records import ApprovalLine, check_change, decode_line
from ccvc.exchange.models import Cursor, Outbound, Peer
from ccvc.exchange.transports.memory import MemoryTransport
from ccvc.signing import certificates, keys, revocation, store
from ccvc.signing.certificates import Issuer
from ccvc.standard.problems import Problem

NATIONAL, COMPONENT = "G09", "H41"
SYSTEM = Subject.system("test")
ADDRESS = "https://127.0.0.1:1"


@dataclass
class Register:
    """Stands in for the register: takes every change once, refuses the people it is told to."""

    versions: list[tuple[UUID, int]] = field(default_factory=list)
    refuse: set[UUID] = field(default_factory=set)
    fail: Exception | None = None

    def accept(self, subject: Subject, arrival: Arrival) -> Judgement:
        approvals, verdicts, accepted = {}, [], 0
        for index, raw in enumerate(arrival.lines):
            line = decode_line(raw)
            if isinstance(line, ApprovalLine):
                approvals[line.index] = open_approval(
                    line, trust=store.trust(), at=arrival.received_at, sender=arrival.sender
                )
                continue
            statement = check_change(line, approvals, sender=arrival.sender)
            person = UUID(statement.person)
            if person in self.refuse:
                problem = Problem("EXC-CHANGE-LEAF", where="leaf", leaf=line.leaf)
                verdicts.append(Verdict.of(problem, record=index, person=person, number=statement.number))
                continue
            self.versions.append((person, statement.number))
            accepted += 1
        if self.fail:
            raise self.fail
        return Judgement(accepted, len(verdicts), 0, verdicts)


@dataclass
class Nodes:
    """Both nodes, enrolled with each other."""

    homes: dict[str, Path]
    issuer: Issuer
    register: Register

    @contextmanager
    def acting_as(self, agency: str) -> Iterator[None]:
        kind = "national" if agency == NATIONAL else "component"
        with override_settings(
            CCVC_AGENCY=agency,
            CCVC_KIND=kind,
            CCVC_HOME=self.homes[agency],
            CCVC_NATIONAL_AGENCY=NATIONAL,
            CCVC_NAME=f"Nút {agency}",
        ):
            yield

    def peer(self, agency: str) -> Peer:
        return Peer.objects.get(agency_code=agency)

    def take(self, data: bytes, *, at: str = NATIONAL) -> Any:
        with self.acting_as(at):
            return actions.store_inbound(data, "test")

    def process(self, *, at: str = NATIONAL) -> list[Any]:
        other = COMPONENT if at == NATIONAL else NATIONAL
        with self.acting_as(at):
            return actions.process_all(SYSTEM, self.peer(other))

    def wire(self) -> MemoryTransport:
        """The component's way to the national node."""
        return MemoryTransport(self.take)

    def send(self, transport: MemoryTransport | None = None) -> list[Outbound]:
        with self.acting_as(COMPONENT):
            actions.build_packages(SYSTEM, NATIONAL)
            return actions.deliver_due(SYSTEM, self.peer(NATIONAL), transport or self.wire())

    def fetch(self) -> None:
        """The component empties its mailbox and processes what was there."""
        while True:
            cursor = Cursor.objects.get(peer=self.peer(NATIONAL), direction="in")
            with self.acting_as(NATIONAL):
                waiting = actions.next_from_mailbox(COMPONENT, cursor.sequence, cursor.manifest_sha256)
            if waiting is None:
                break
            self.take(waiting.data, at=COMPONENT)
        self.process(at=COMPONENT)

    def round(self) -> None:
        """Send, process, fetch the receipts: all there is to do once."""
        self.send()
        self.process()
        self.fetch()


def found_nodes(
    folder: Path, registering: Callable[[str, Any], None], *, issuer: Issuer | None = None
) -> Nodes:
    """Found the national node and enrol the component the way people do, by request and answer."""
    issuer = issuer or certificates.create_authority("CCVC thử nghiệm")
    nodes = Nodes({NATIONAL: folder / "national", COMPONENT: folder / "component"}, issuer, Register())
    registering("changes", nodes.register.accept)
    home = nodes.homes[NATIONAL]
    for use in ("sign", "encrypt"):
        key = keys.generate()
        cert = certificates.issue(
            issuer, key.public_key(), common_name="Nút quốc gia", agency_code=NATIONAL, use=use
        )
        store.save_node_key(home, use, key, issuer.chain_of(cert))
    store.save_trust(home, "scheme", [issuer.cert])
    with nodes.acting_as(NATIONAL):
        actions.revocations.publish_revocations(issuer)
    enrol_component(nodes)
    return nodes


def enrol_component(nodes: Nodes) -> None:
    request = actions.enrolment_request(nodes.homes[COMPONENT], agency=COMPONENT, name="Tỉnh Nghệ An")
    read = enrolment.read_request(enrolment.encode(request))
    with nodes.acting_as(NATIONAL):
        answer = actions.enrol(SYSTEM, read, nodes.issuer, address=ADDRESS)
    with nodes.acting_as(COMPONENT):
        actions.join(SYSTEM, enrolment.read_answer(enrolment.encode(answer)))


def revoke(nodes: Nodes, serial: int) -> None:
    """Put a certificate on the national node's revocation list as of an hour ago."""
    with nodes.acting_as(NATIONAL):
        newest = store.trust().crls[0]
        entry = revocation.Revocation(serial, timezone.now() - timedelta(hours=1))
        pem = revocation.crl(nodes.issuer, [entry], number=revocation.number_of(newest) + 1)
        actions.revocations.save_crls(nodes.homes[NATIONAL], [pem])
