"""Wrong packages at the exchange endpoint, as another vendor's node would send them: a status, a code, Vietnamese
words; nothing stored but what is kept aside; and the right package is taken afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ccvc.exchange import actions
from ccvc.exchange.domain import handlers
from ccvc.exchange.domain.manifest import Kind
from ccvc.exchange.domain.sealing import sign_again
from ccvc.exchange.models import Inbound, Quarantine
from ccvc.signing import certificates, store
from tests import people
from tests.exchange import scheme
from tests.exchange.nodes import COMPONENT, NATIONAL, SYSTEM, Nodes, found_nodes, revoke
from tests.exchange.test_endpoint import Server
from tests.faults.saying import nothing_but, said_in_json

pytestmark = [pytest.mark.django_db, pytest.mark.urls("ccvc.exchange.urls_exchange")]
Make = Callable[[Nodes, bytes], bytes]


@pytest.fixture
def nodes(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nodes:
    """A component with approved people and the national node it is enrolled with."""
    home = tmp_path / "component"
    settings.CCVC_AGENCY, settings.CCVC_HOME = COMPONENT, home
    agency = people.found_agency(home)

    def registering(kind: str, handler: Any) -> None:
        monkeypatch.setitem(handlers._handlers, Kind(kind), handler)

    made = found_nodes(tmp_path, registering, issuer=agency.issuer)
    with made.acting_as(COMPONENT):
        for number in (1, 2):
            people.kept(agency, people.dossier(number))
    return made


@pytest.fixture
def server(nodes: Nodes) -> Server:
    return Server(nodes)


@pytest.fixture
def packages(nodes: Nodes) -> list[bytes]:
    with nodes.acting_as(COMPONENT):
        return [bytes(found.data) for found in actions.build_packages(SYSTEM, NATIONAL, limit=1)]


def _signed(agency: str, **certificate: Any) -> Make:
    """The package signed again with another certificate."""

    def make(nodes: Nodes, good: bytes) -> bytes:
        issuer = certificate.pop("by", None) or nodes.issuer
        other = scheme.holder(agency, certificate.pop("use", "sign"), issuer=issuer, **certificate)
        return sign_again(good, other.key, other.chain)

    return make


def _sealed(sender: str, receiver: str, signer: str) -> Make:
    def make(nodes: Nodes, _good: bytes) -> bytes:
        to = store.node_keys(nodes.homes[NATIONAL]).encrypt
        by = scheme.holder(signer, "sign", issuer=nodes.issuer)
        receiving = scheme.Holder(to.key, tuple(to.chain))
        return scheme.package(sender=sender, receiver=receiver, by=by, to=receiving).data

    return make


def _turned(place: int) -> Make:
    return lambda _nodes, good: good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]


WRONG: dict[str, tuple[int, str, Make]] = {
    "nothing": (400, "EXC-EMPTY", lambda _nodes, _good: b""),
    "a picture": (400, "EXC-MAGIC", lambda _nodes, _good: b"\xff\xd8\xff\xe0 JFIF" * 20),
    "a spreadsheet": (400, "EXC-MAGIC", lambda _nodes, _good: b"PK\x03\x04" + b"x" * 200),
    "cut in the envelope": (400, "EXC-TRUNCATED", lambda _nodes, good: good[:200]),
    "cut at the end": (400, "EXC-TRUNCATED", lambda _nodes, good: good[:-1]),
    "a bit turned in the blob": (400, "EXC-BLOB-DIGEST", _turned(-3)),
    "signed by another agency": (403, "EXC-SENDER", _signed("H56")),
    "signed with an expired certificate": (
        403,
        "EXC-CERT-EXPIRED",
        _signed(COMPONENT, days=1, start=-scheme.timedelta(days=9)),
    ),
    "signed with a certificate to come": (
        403,
        "EXC-CERT-NOT-YET",
        _signed(COMPONENT, start=scheme.timedelta(days=9)),
    ),
    "signed with one for encrypting": (403, "EXC-CERT-USE", _signed(COMPONENT, use="encrypt")),
    "signed under an unknown authority": (
        403,
        "EXC-CERT-UNKNOWN",
        _signed(COMPONENT, by=certificates.create_authority("Lạ")),
    ),
    "from an agency not enrolled": (403, "EXC-PEER", _sealed("H56", NATIONAL, "H56")),
    "in the name of another agency": (403, "EXC-SENDER", _sealed(COMPONENT, NATIONAL, "H56")),
    "for another node": (403, "EXC-RECEIVER", _sealed(COMPONENT, "G12", COMPONENT)),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_package_is_refused_and_the_right_one_taken(
    server: Server, nodes: Nodes, packages: list[bytes], case: str
) -> None:
    status, code, make = WRONG[case]
    wrong = make(nodes, packages[0])
    with nothing_but("exchange_quarantine"):
        answer = server.post(wrong)
    assert (answer.status_code, said_in_json(answer)) == (status, code)
    assert server.post(packages[0]).status_code == 201


def test_a_revoked_certificate_is_refused(server: Server, nodes: Nodes, packages: list[bytes]) -> None:
    revoke(nodes, store.node_keys(nodes.homes[COMPONENT]).sign.chain[0].serial_number)
    with nothing_but("exchange_quarantine"):
        answer = server.post(packages[0])
    assert said_in_json(answer) == "EXC-CERT-REVOKED"
    assert not Inbound.objects.filter(peer__agency_code=COMPONENT).exists()


def test_a_replay_changes_nothing_however_late(server: Server, nodes: Nodes, packages: list[bytes]) -> None:
    first = server.post(packages[0])
    server.post(packages[1])
    nodes.process()
    taken = list(nodes.register.versions)
    with nothing_but():
        again = server.post(packages[0])
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["manifest_sha256"] == first.json()["manifest_sha256"]
    nodes.process()
    assert nodes.register.versions == taken
    assert len(taken) == len(set(taken)) == 2


def test_another_package_under_a_number_taken_is_a_fork(
    server: Server, nodes: Nodes, packages: list[bytes]
) -> None:
    server.post(packages[0])
    sign, to = store.node_keys(nodes.homes[COMPONENT]).sign, store.node_keys(nodes.homes[NATIONAL]).encrypt
    own = scheme.Holder(sign.key, tuple(sign.chain))
    forged = scheme.package(1, by=own, to=scheme.Holder(to.key, tuple(to.chain))).data
    with nothing_but("exchange_quarantine"):
        answer = server.post(forged)
    assert (answer.status_code, said_in_json(answer)) == (409, "EXC-FORK")
    assert Quarantine.objects.get().signed
    assert server.post(packages[1]).status_code == 201


def test_a_package_that_skips_one_waits_for_it(server: Server, packages: list[bytes]) -> None:
    with nothing_but("exchange_quarantine"):
        answer = server.post(packages[1])
    assert (answer.status_code, said_in_json(answer)) == (409, "EXC-GAP")
    assert [server.post(data).status_code for data in packages] == [201, 201]
    assert not Quarantine.objects.exists()
