"""Three nodes, each with a database of its own: two components and the national node between them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connections
from django.test import override_settings
from django.utils import timezone
from psycopg.conninfo import conninfo_to_dict

from ccvc.access.actions import grant_role
from ccvc.access.domain import Subject
from ccvc.accounts.models import User
from ccvc.dossiers.models import Dossier, Version
from ccvc.dossiers.selectors import state_rows
from ccvc.exchange import actions as exchange
from ccvc.exchange import tasks as exchange_tasks
from ccvc.exchange.domain import enrolment
from ccvc.exchange.models import Cursor, Outbound, Queued
from ccvc.ledger.verification import verify
from ccvc.node.database import DJANGO_KEYS
from ccvc.node.postgres import Postgres
from ccvc.organisations.selectors import unit_by_code
from ccvc.registry.models import Person
from ccvc.registry.selectors import state_rows as register_rows
from ccvc.signing import certificates, keys, store
from ccvc.transfers import actions, tasks
from ccvc.transfers.models import Transfer
from tests import database, people

NATIONAL, GIVER, RECEIVER = "G09", "H41", "H56"
COMPONENTS = (GIVER, RECEIVER)
SYSTEM = Subject.system("test")
TODAY = timezone.localdate()
HANDS = {
    GIVER: {"officer": "officer", "checker": "checker", "verifier": "verifier", "approver": "approver"},
    RECEIVER: {
        "officer": "stranger",
        "checker": "second",
        "verifier": "weigher",
        "approver": "foreign_approver",
    },
}
"""Who does what at each component, in the accounts of the fixed people."""


@dataclass
class World:
    """What a test does with the three nodes."""

    folder: Path
    databases: dict[str, str]
    connections: dict[str, Any]
    agency: people.Agency
    persons: int = 0
    lost: Callable[[str, Outbound], bool] = field(default=lambda to, outbound: False)

    @contextmanager
    def at(self, node: str) -> Iterator[None]:
        """Act as a node: its identity, its home, its database."""
        before = connections["default"]
        connections["default"] = self.connections[node]
        with override_settings(
            CCVC_AGENCY=node,
            CCVC_KIND="national" if node == NATIONAL else "component",
            CCVC_HOME=self.folder / node,
            CCVC_NATIONAL_AGENCY=NATIONAL,
            CCVC_NAME=f"Nút {node}",
        ):
            try:
                yield
            finally:
                connections["default"] = before

    def subject(self, node: str, hand: str) -> Subject:
        return self.agency.subject(HANDS[node][hand])

    def approved(self, node: str, document: dict[str, Any], key: UUID | None = None, **more: Any) -> Version:
        """A change of a component's, passed and approved by its own people."""
        hands = HANDS[node]
        unit = f"{node}.12"
        document["employment"] |= {"unit_code": unit}
        change = people.propose(self.agency, document, by=hands["officer"], key=key, unit_code=unit, **more)
        people.changes.check(self.subject(node, "checker"), [change.pk])
        people.changes.verify(self.subject(node, "verifier"), [change.pk])
        return people.approve(self.agency, [change.pk], by=hands["approver"])[0]

    def person(self, node: str = GIVER, versions: int = 2) -> UUID:
        """Somebody new at a component, known at the national node."""
        self.persons += 1
        with self.at(node):
            document = people.dossier(self.persons)
            first = self.approved(node, document)
            for number in range(1, versions):
                document["identity"]["other_names"] = f"Tên {number}"
                self.approved(node, document, key=first.dossier.key)
            key: UUID = first.dossier.key
        self.carry()
        return key

    def begin(self, key: UUID, node: str = GIVER, to: str = RECEIVER, on: date = TODAY) -> Transfer:
        with self.at(node):
            return actions.begin(self.subject(node, "officer"), key, to, on, decision="12/QĐ-UBND")

    def accept(self, key: UUID, node: str = RECEIVER) -> Transfer:
        with self.at(node):
            unit = unit_by_code(f"{node}.12", TODAY)
            assert unit is not None
            return actions.accept(self.subject(node, "officer"), key, unit.unit_id)

    def row(self, node: str, key: UUID) -> Transfer:
        with self.at(node):
            return Transfer.objects.get(pk=key)

    def handed(self, node: str, person: UUID) -> Transfer:
        """The one hand-over of a person, as a node knows it."""
        with self.at(node):
            return Transfer.objects.get(person=person)

    def custody(self, node: str, person: UUID) -> str:
        with self.at(node):
            found = Dossier.objects.filter(key=person).first()
            return str(found.custody) if found else ""

    def manager(self, person: UUID) -> str:
        with self.at(NATIONAL):
            return str(Person.objects.get(key=person).agency_code)

    def managing(self, person: UUID) -> list[str]:
        """The components that could change the dossier now."""
        return [node for node in COMPONENTS if self.custody(node, person) not in {"", "gone"}]

    def people(self, count: int, node: str = GIVER) -> list[UUID]:
        """New people of a component, approved with one signature."""
        first = self.persons + 1
        self.persons += count
        hands = HANDS[node]
        with self.at(node):
            changes = []
            for number in range(first, first + count):
                document = people.dossier(number)
                document["employment"] |= {"unit_code": f"{node}.12"}
                made = people.propose(self.agency, document, by=hands["officer"], unit_code=f"{node}.12")
                changes.append(made.pk)
            people.changes.check(self.subject(node, "checker"), changes)
            people.changes.verify(self.subject(node, "verifier"), changes)
            versions = people.approve(self.agency, changes, by=hands["approver"])
        return [version.dossier.key for version in versions]

    def turn(self, node: str) -> bool:
        """One turn of a node's worker; whether there was nothing to do. For nodes whose packages go by files."""
        with self.at(node):
            carried = tasks.carry_on()
            received, sent = exchange_tasks.receive_all(), exchange_tasks.send_all()
            return not (carried or received.fetched or received.processed or sent.built or sent.delivered)

    def rest(self) -> None:
        """Turn after turn of every worker, until none has anything to do."""
        for _ in range(20):
            quiet = [self.turn(node) for node in (*COMPONENTS, NATIONAL)]
            if all(quiet):
                return
        raise AssertionError("the nodes did not come to rest")

    def assert_sums_agree(self) -> None:
        """The register is the sum of the components, to the hash of each last version; every ledger holds."""
        held = []
        for node in COMPONENTS:
            with self.at(node):
                held += [(node, *row) for row in state_rows()]
        with self.at(NATIONAL):
            register = {
                (node, str(r.person), r.number, r.version, r.national)
                for node in COMPONENTS
                for r in register_rows(node)
            }
            assert len(register) == Person.objects.count()
        assert len({row[1] for row in held}) == len(held)
        assert set(held) == register
        for node in (*COMPONENTS, NATIONAL):
            with self.at(node):
                fault = verify().first_fault
                assert fault is None, (node, fault)

    def send(self, node: str) -> None:
        """A component delivers what waits; what is lost on the way is sent again later."""
        with self.at(node):
            exchange.build_packages(SYSTEM, NATIONAL)
            waiting = Outbound.objects.filter(delivered_at=None).order_by("sequence")
            for outbound in list(waiting):
                if self.lost(NATIONAL, outbound):
                    return
                self._deliver(bytes(outbound.data))
                Outbound.objects.filter(pk=outbound.pk, state="built").update(
                    state="delivered", delivered_at=timezone.now()
                )

    def _deliver(self, data: bytes) -> None:
        with self.at(NATIONAL):
            exchange.store_inbound(data, "test")

    def judge(self) -> None:
        with self.at(NATIONAL):
            exchange.process_all(SYSTEM)
            for code in COMPONENTS:
                exchange.build_packages(SYSTEM, code)

    def fetch(self, node: str) -> None:
        """A component takes what waits for it at the national node, and processes it."""
        while True:
            with self.at(node):
                cursor = Cursor.objects.get(peer__agency_code=NATIONAL, direction="in")
                after, digest = cursor.sequence, cursor.manifest_sha256
            with self.at(NATIONAL):
                waiting = exchange.next_from_mailbox(node, after, digest)
                if waiting is None:
                    break
                outbound = Outbound.objects.get(peer__agency_code=node, sequence=waiting.sequence)
            if self.lost(node, outbound):
                break
            with self.at(node):
                exchange.store_inbound(waiting.data, "test")
        with self.at(node):
            exchange.process_all(SYSTEM)

    def carry(self, rounds: int = 6) -> None:
        """Everything that waits is carried, until nothing waits."""
        for _ in range(rounds):
            for node in COMPONENTS:
                with self.at(node):
                    tasks.carry_on()
                self.send(node)
            self.judge()
            for node in COMPONENTS:
                self.fetch(node)
            if not self.waits():
                break

    def waits(self) -> bool:
        """Whether anything but a receipt is still on its way."""
        for node in (NATIONAL, *COMPONENTS):
            with self.at(node):
                sent = Outbound.objects.filter(state="built").exclude(kind="receipt")
                if Queued.objects.exists() or sent.exists():
                    return True
        return False

    def handed_over(self, key: UUID, node: str = GIVER, to: str = RECEIVER) -> Transfer:
        """The whole way."""
        made = self.begin(key, node, to)
        self.carry()
        self.accept(made.pk, to)
        self.carry()
        return made


@contextmanager
def standing(folder: Path, server: Postgres = database.SERVER, *, by_file: bool = False) -> Iterator[World]:
    """Three nodes, each in a database of its own, which are dropped behind it; the run's own database is left alone.

    On a server of their own it can be killed. Packages go by hand (`World.carry`), or as files (`World.rest`).
    """
    main = database.connection.settings_dict["NAME"]
    name = f"{main}_world"
    database.connection.close()
    database.spread(main, database.SERVER, [name])
    database._use(name)
    made = found(folder, server, by_file=by_file)
    try:
        yield made
    finally:
        database._use(main)
        forget(made, server)
        with database._server() as admin:
            database._drop(admin, name)


def found(folder: Path, server: Postgres = database.SERVER, *, by_file: bool = False) -> World:
    """Three copies of one database in which the fixed people are founded; both components enrolled."""
    names = {node: f"test_{os.getpid()}_{node.lower()}" for node in (NATIONAL, *COMPONENTS)}
    agency = people.found_agency(folder / GIVER)
    assert agency.issuer is not None
    _found_others(agency)
    main = database.connection.settings_dict["NAME"]
    database.connection.close()
    database.spread(main, server, list(names.values()))
    world = World(folder, names, {node: _connection(server, name) for node, name in names.items()}, agency)
    for node in (NATIONAL, *COMPONENTS):
        _found_node(world, node)
    for node in COMPONENTS:
        _enrol(world, node, folder / "exchange" if by_file else None)
    return world


def _connection(server: Postgres, name: str) -> Any:
    """A connection of Django's to another database, kept open: each node has its own."""
    made = connections.create_connection("default")
    parts = conninfo_to_dict(server.url(name))
    there = {DJANGO_KEYS[key]: value for key, value in parts.items() if key in DJANGO_KEYS}
    made.settings_dict = {**made.settings_dict, **there}
    return made


def forget(world: World, server: Postgres = database.SERVER) -> None:
    """Drop the databases."""
    database.connection.close()
    for one in world.connections.values():
        one.close()
    if server is database.SERVER:  # another is thrown away whole
        with database._server() as admin:
            for name in world.databases.values():
                database._drop(admin, name)


def _found_others(agency: people.Agency) -> None:
    for name, role in (("second", "officer"), ("weigher", "verifier")):
        user = User.objects.create(username=name, full_name=f"Người {name}")
        agency.users[name] = user
        since = date(2025, 7, 1)
        grant_role(SYSTEM, user=user, role=role, unit_code=RECEIVER, valid_from=since, basis="QĐ 1/QĐ-TEST")
    people.give_key(agency, "foreign_approver", code=RECEIVER)


def _found_node(world: World, node: str) -> None:
    issuer = world.agency.issuer
    assert issuer is not None
    home = world.folder / node
    store.save_trust(home, "test", [issuer.cert])
    store.save_trust(home, "scheme", [issuer.cert])
    if node == NATIONAL:
        for use in ("sign", "encrypt"):
            key = keys.generate()
            cert = certificates.issue(
                issuer, key.public_key(), common_name="Nút quốc gia", agency_code=NATIONAL, use=use
            )
            store.save_node_key(home, use, key, issuer.chain_of(cert))
        with world.at(NATIONAL):
            exchange.revocations.publish_revocations(issuer)


def _enrol(world: World, node: str, files: Path | None) -> None:
    issuer = world.agency.issuer
    assert issuer is not None
    with world.at(node):
        request = exchange.enrolment_request(world.folder / node, agency=node, name=f"Tỉnh {node}")
    with world.at(NATIONAL):
        read = enrolment.read_request(enrolment.encode(request))
        if files is None:
            answer = exchange.enrol(SYSTEM, read, issuer, address="https://127.0.0.1:1")
        else:
            files.mkdir(exist_ok=True)
            folder = str(files)
            answer = exchange.enrol(SYSTEM, read, issuer, address=folder, transport="file", folder=folder)
    with world.at(node):
        exchange.join(SYSTEM, enrolment.read_answer(enrolment.encode(answer)))
