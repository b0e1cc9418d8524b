"""Enrolment: a component's keys never leave it, the answer fits no other node, each act is in the ledger."""

from __future__ import annotations

import stat

import msgspec
import pytest

from ccvc.exchange import actions
from ccvc.exchange.domain import enrolment
from ccvc.exchange.models import Cursor, Outbound, Peer
from ccvc.exchange.selectors.replay import replay
from ccvc.ledger.models import Entry
from ccvc.signing import certificates, keys, store
from ccvc.signing.certificates import agency_of, serial_of, use_of
from tests.exchange.nodes import ADDRESS, COMPONENT, NATIONAL, SYSTEM, enrol_component, revoke
from tests.problems import code_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of(tmp_path):
    return lambda **changed: actions.enrolment_request(
        **{"home": tmp_path / "new", "agency": "H56", "name": "Tỉnh Thanh Hóa", **changed}
    )


def enrol(nodes, request, **more):
    with nodes.acting_as(NATIONAL):
        return actions.enrol(SYSTEM, request, nodes.issuer, address=ADDRESS, **more)


def test_an_enrolled_component_holds_certificates_trust_and_the_national_node(nodes):
    home = nodes.homes[COMPONENT]
    held = store.node_keys(home)
    assert agency_of(held.sign.cert) == agency_of(held.encrypt.cert) == COMPONENT
    assert (use_of(held.sign.cert), use_of(held.encrypt.cert)) == ("sign", "encrypt")
    assert held.tls is None
    assert stat.S_IMODE((home / "keys" / "sign.key.pem").stat().st_mode) == 0o600
    assert list((home / "keys" / "waiting").iterdir()) == []
    national, component = nodes.peer(NATIONAL), nodes.peer(COMPONENT)
    assert (national.transport, national.address) == ("https", ADDRESS)
    assert (component.transport, component.state) == ("mailbox", "enrolled")
    assert Cursor.objects.count() == 4


def test_a_request_holds_no_private_key_and_asking_again_keeps_the_keys(request_of, tmp_path):
    first, second = request_of(tls=True, ip=["10.0.0.1"]), request_of()
    assert b"PRIVATE" not in enrolment.encode(first)
    read = enrolment.checked_requests(first)
    assert {use: r.agency_code for use, r in read.items()} == {"sign": "H56", "encrypt": "H56", "tls": "H56"}
    again = enrolment.checked_requests(second)
    assert again["sign"].public_key == read["sign"].public_key
    assert second.csr.tls is None


def test_enrolment_is_an_act_of_the_national_node_by_its_administrator(nodes, agency, request_of):
    with nodes.acting_as(COMPONENT):
        assert (
            code_of(lambda: actions.enrol(SYSTEM, request_of(), nodes.issuer, address=ADDRESS))
            == "EXC-ENROL-NATIONAL"
        )
    with nodes.acting_as(NATIONAL):
        officer = agency.subject("officer")
        assert (
            code_of(lambda: actions.enrol(officer, request_of(), nodes.issuer, address=ADDRESS))
            == "ACC-DENIED"
        )
        assert code_of(lambda: actions.suspend_peer(officer, COMPONENT, reason="x")) == "ACC-DENIED"


def test_an_agency_that_does_not_exist_is_not_enrolled(nodes, request_of):
    assert code_of(lambda: enrol(nodes, request_of(agency="Y99"))) == "EXC-ENROL-AGENCY"


def test_a_request_whose_certificate_requests_are_another_agencys_is_refused(nodes, request_of):
    mixed = msgspec.structs.replace(request_of(), agency=COMPONENT)
    assert code_of(lambda: enrol(nodes, mixed)) == "EXC-ENROL-PROOF"


def test_a_certificate_request_that_proves_no_key_is_refused(nodes, request_of):
    good = request_of()
    pem = good.csr.sign.replace("\n", "", 1)
    damaged = msgspec.structs.replace(good, csr=msgspec.structs.replace(good.csr, sign=pem[:-60] + pem[-50:]))
    assert code_of(lambda: enrol(nodes, damaged)) == "EXC-ENROL-PROOF"


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"PK\x03\x04", b"x" * 300_000, b'{"format":"ccvc-enrolment-request/2"}']
)
def test_a_file_that_is_no_request_is_refused(raw):
    assert code_of(lambda: enrolment.read_request(raw)) == "EXC-ENROL-FORMAT"
    assert code_of(lambda: enrolment.read_answer(raw)) == "EXC-ENROL-FORMAT"


def test_an_answer_for_another_node_or_another_key_is_refused(nodes, request_of, tmp_path):
    answer = enrol(nodes, request_of())
    with nodes.acting_as(COMPONENT):
        assert code_of(lambda: actions.join(SYSTEM, answer)) == "EXC-JOIN-AGENCY"
    stolen = actions.enrolment_request(tmp_path / "elsewhere", agency=COMPONENT, name="x")
    answer = enrol(nodes, stolen)
    before = store.node_keys(nodes.homes[COMPONENT]).sign.cert
    with nodes.acting_as(COMPONENT):
        assert code_of(lambda: actions.join(SYSTEM, answer)) == "EXC-JOIN-KEY"
    assert store.node_keys(nodes.homes[COMPONENT]).sign.cert == before


def test_the_fingerprint_read_out_is_compared(nodes):
    request = actions.enrolment_request(nodes.homes[COMPONENT], agency=COMPONENT, name="Tỉnh Nghệ An")
    answer = enrol(nodes, request)
    right = certificates.fingerprint(nodes.issuer.cert)
    assert enrolment.fingerprint(answer.trust) == right
    with nodes.acting_as(COMPONENT):
        assert code_of(lambda: actions.join(SYSTEM, answer, fingerprint="00" * 32)) == "EXC-ENROL-FINGERPRINT"
        spoken = ":".join(right[i : i + 2] for i in range(0, 64, 2)).upper()
        assert actions.join(SYSTEM, answer, fingerprint=spoken).agency_code == NATIONAL


def test_enrolling_again_renews_the_certificates_and_keeps_the_streams(nodes, approve):
    approve(1)
    nodes.round()
    old = store.node_keys(nodes.homes[COMPONENT])
    enrol_component(nodes)
    new = store.node_keys(nodes.homes[COMPONENT])
    assert serial_of(new.sign.cert) != serial_of(old.sign.cert)
    assert new.sign.key.public_key() != old.sign.key.public_key()
    assert Cursor.objects.get(peer__agency_code=COMPONENT, direction="in").sequence == 1
    approve(1)
    nodes.round()
    assert len(nodes.register.versions) == 2


def test_what_was_built_before_a_renewal_is_signed_anew_on_its_way(nodes, approve):
    approve(1)
    with nodes.acting_as(COMPONENT):
        built = actions.build_packages(SYSTEM, NATIONAL)[0]
    old = store.node_keys(nodes.homes[COMPONENT]).sign.cert
    enrol_component(nodes)
    revoke(nodes, old.serial_number)
    assert code_of(lambda: nodes.take(bytes(built.data))) == "EXC-CERT-REVOKED"
    assert len(nodes.send()) == 1
    built.refresh_from_db()
    assert built.state == "delivered"


def test_what_was_sealed_to_the_key_before_a_renewal_is_still_opened(nodes, approve):
    approve(1)
    nodes.send()
    nodes.process()  # its receipt waits in the mailbox, sealed to the key the component has now
    home = nodes.homes[COMPONENT]
    old = store.node_keys(home).encrypt
    for _ in range(2):
        enrol_component(nodes)
    held = store.node_keys(home)
    assert old.cert in [pair.cert for pair in held.retired]
    assert len(held.retired) == 2
    assert {stat.S_IMODE(f.stat().st_mode) for f in (home / "keys" / "retired").glob("*.key.pem")} == {0o600}
    nodes.fetch()
    assert Outbound.objects.get(peer__agency_code=NATIONAL).state == "receipted"
    approve(1)
    nodes.round()
    assert len(nodes.register.versions) == 2


def test_what_is_held_is_read_again_after_the_node_renewed_its_own_key(nodes, approve):
    approve(2)
    nodes.round()
    before = replay_at_national(nodes)
    home, key = nodes.homes[NATIONAL], keys.generate()
    cert = certificates.issue(
        nodes.issuer, key.public_key(), common_name="Nút quốc gia", agency_code=NATIONAL, use="encrypt"
    )
    store.save_node_key(home, "encrypt", key, nodes.issuer.chain_of(cert))
    assert len(before) == 2
    assert replay_at_national(nodes) == before
    assert store.node_keys(home).encrypt.cert == cert


def replay_at_national(nodes):
    with nodes.acting_as(NATIONAL):
        return replay(nodes.peer(COMPONENT))


def test_a_revoked_peer_is_refused_by_its_certificate(nodes, approve):
    approve(1)
    with nodes.acting_as(COMPONENT):
        built = actions.build_packages(SYSTEM, NATIONAL)[0]
    with nodes.acting_as(NATIONAL):
        actions.revoke_peer(SYSTEM, COMPONENT, nodes.issuer, reason="Lộ khoá")
    assert code_of(lambda: nodes.take(bytes(built.data))) == "EXC-CERT-REVOKED"
    assert Peer.objects.get(agency_code=COMPONENT).state == "suspended"


def test_every_act_of_enrolment_stands_in_the_ledger_with_who_did_it(nodes):
    with nodes.acting_as(NATIONAL):
        actions.suspend_peer(SYSTEM, COMPONENT, reason="Kiểm tra")
        actions.resume_peer(SYSTEM, COMPONENT, reason="Xong")
    entries = Entry.objects.filter(kind="administrative", subject__startswith="peer:").order_by("index")
    payloads = [msgspec.json.decode(entry.payload) for entry in entries]
    assert [payload["act"] for payload in payloads] == ["enrol", "join", "suspend", "resume"]
    assert {payload["by"] for payload in payloads} == {"system:test"}
    assert payloads[2]["reason"] == "Kiểm tra"


def test_a_waiting_key_is_readable_by_its_owner_alone(request_of, tmp_path):
    request_of()
    file = tmp_path / "new" / "keys" / "waiting" / "sign.key.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keys.from_pem(file.read_text())
