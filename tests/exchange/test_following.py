"""What follows approvals that were sent: stamps made later, and keys reported lost as of a day, in both directions."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils import timezone

from ccvc.exchange import actions as exchange
from ccvc.exchange.actions.following import keep_evidence, take_revocation
from ccvc.exchange.domain.following import EvidenceLine, RevocationLine
from ccvc.exchange.models import Carried, Inbound, Outbound
from ccvc.inspection.watching import log_seen
from ccvc.ledger.models import Entry
from ccvc.signing import actions, certificates, jws, keys, merkle, services
from ccvc.signing.approvals import statement
from ccvc.signing.longterm import Evidence
from ccvc.signing.models import EndedCertificate, ServiceState, Signature, SigningMeans
from ccvc.signing.selectors import get_key
from ccvc.standard.problems import Problem
from tests.closings.world import World
from tests.exchange.nodes import COMPONENT, NATIONAL, SYSTEM, found_nodes
from tests.owner import tamper
from tests.people import found_agency
from tests.signing.proving import Prover

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> World:
    """Both nodes with the real register; both ask for stamps."""
    settings.CCVC_AGENCY, settings.CCVC_HOME = COMPONENT, tmp_path / "component"
    settings.CCVC_TIMESTAMP_URLS = ["http://127.0.0.1:1/"]
    settings.CCVC_TIMESTAMP_BACKLOG = 1000
    ServiceState.objects.create(pk=services.TIMESTAMP, began_at=timezone.now() - HOUR)
    agency = found_agency(tmp_path / "component")
    return World(agency, found_nodes(tmp_path, lambda _kind, _handler: None, issuer=agency.issuer))


def prover(world: World) -> Prover:
    assert world.agency.issuer is not None
    return Prover(world.agency.issuer)


def stamp(row: Signature, evidence: Evidence, ends: timedelta = 400 * 24 * HOUR) -> None:
    """What the worker's round leaves."""
    row.evidence, row.stamped_at, row.gather_after = evidence.written(), timezone.now(), None
    row.renew_by = timezone.now() + ends
    row.save(update_fields=["evidence", "stamped_at", "gather_after", "renew_by"])


def as_sent(row: Signature) -> None:
    """The row as the national node has it: the two share a database here."""
    row.evidence, row.stamped_at, row.renew_by = "", None, None
    tamper(
        "UPDATE signing_signature SET evidence = '', stamped_at = NULL, renew_by = NULL WHERE id = %s", row.pk
    )


def test_a_stamp_made_after_the_package_left_follows_it_and_is_kept(world: World) -> None:
    row = world.approve(1)[0].signature
    world.nodes.round()
    assert Carried.objects.get().is_open
    stamp(row, prover(world).evidence(row.jws))
    with world.nodes.acting_as(COMPONENT):
        exchange.build_packages(SYSTEM, NATIONAL)
        assert not Carried.objects.get().is_open
        written = row.evidence
        as_sent(row)
    world.nodes.round()
    row.refresh_from_db()
    assert (row.evidence, row.gather_after) == (written, None)
    assert Inbound.objects.filter(kind="share", state="accepted").count() == 1
    with world.nodes.acting_as(COMPONENT):
        assert exchange.build_packages(SYSTEM, NATIONAL) == []


def test_stamped_again_it_follows_again_and_adds_to_what_is_held(world: World) -> None:
    row, by = world.approve(1)[0].signature, prover(world)
    first = by.evidence(row.jws)
    stamp(row, first, ends=24 * HOUR)
    world.nodes.round()
    member = row.jws["signatures"][0]
    token = by.token(first.covered(member, row.jws["payload"], 1), timezone.now())
    again = first.with_stamp(token).with_values(by.evidence(row.jws).known())
    stamp(row, again)
    with world.nodes.acting_as(COMPONENT):
        exchange.build_packages(SYSTEM, NATIONAL)
    tamper("UPDATE signing_signature SET evidence = %s WHERE id = %s", first.written(), row.pk)
    world.nodes.round()
    row.refresh_from_db()
    assert Evidence.read(row.evidence).tokens() == again.tokens()


@pytest.mark.parametrize("fault", ["a later stamp", "of another", "by a stranger", "another agency's"])
def test_evidence_that_proves_no_more_leaves_what_is_held(world: World, fault: str) -> None:
    row, by = world.approve(1)[0].signature, prover(world)
    held = by.evidence(row.jws)
    stamp(row, held)
    given = by.evidence(row.jws, timezone.now() + MINUTE)
    if fault == "of another":
        given = by.evidence(world.approve(1)[0].signature.jws)
    elif fault == "by a stranger":
        given = Prover(certificates.create_authority("Không ai tin")).evidence(row.jws)
    elif fault == "another agency's":
        given = by.evidence(row.jws, timezone.now() - MINUTE)
    if fault != "another agency's":
        assert not actions.take_evidence(row.digest, orjson.loads(given.written()))
    else:
        keep_evidence(EvidenceLine(row.digest, orjson.loads(given.written())), "H56")
    row.refresh_from_db()
    assert row.evidence == held.written()


def test_the_stamp_of_what_was_received_is_left_to_its_sender_for_an_hour(world: World) -> None:
    state = ServiceState.objects.get(pk=services.TIMESTAMP)
    row = actions.keep_approval(*Thief(world).sign(timezone.now()))
    assert services.unstamped(state).count() == 0
    Signature.objects.filter(pk=row.pk).update(gather_after=timezone.now() - HOUR)
    assert services.unstamped(state).get() == row
    assert actions.gather_due() == 0, "there is nothing to gather for what has no stamp"


class Thief:
    """Whoever has the approver's key signs with it, naming whatever moment they like."""

    def __init__(self, world: World) -> None:
        assert world.agency.issuer is not None
        self.key = keys.generate()
        self.cert = certificates.issue(
            world.agency.issuer,
            self.key.public_key(),
            common_name="approver",
            person=world.agency.users["approver"].full_name,
            agency_code=COMPONENT,
            use="approve",
        )
        row = get_key(world.agency.users["approver"])
        row.certificate_pem, row.serial = certificates.to_pem([self.cert]), certificates.serial_of(self.cert)
        row.save()

    def sign(self, at: datetime, word: str = "") -> tuple[dict[str, Any], bytes]:
        leaf = merkle.leaf_hash(f"what the thief wants approved {word}".encode())
        named = {"account": "approver", "name": certificates.name_of(self.cert)}
        payload = statement([leaf], agency=COMPONENT, purpose="x", at=at, **named)
        return jws.sign(payload, self.key, [self.cert], at=at), leaf


def test_a_key_lost_as_of_a_day_is_known_at_both_nodes_and_a_thief_gains_nothing(world: World) -> None:
    """The thief signs with a day before and one after; what was held or stamped before the loss stays."""
    now, thief = timezone.now().replace(microsecond=0), Thief(world)
    before, lost, after = (now - MINUTE * count for count in (3, 2, 1))
    early, late = (thief.sign(at) for at in (before, after))
    rows = {name: actions.keep_approval(*one) for name, one in {"early": early, "late": late}.items()}
    held, stamped = (actions.keep_approval(*thief.sign(before, word)) for word in ("held", "stamped"))
    tamper("UPDATE signing_signature SET kept_at = %s WHERE id = %s", before, held.pk)
    stamp(stamped, prover(world).evidence(stamped.jws, before))
    assert {actions.verify_batch(row).status for row in (*rows.values(), held, stamped)} == {"valid"}
    user = world.agency.users["approver"]
    actions.revoke_means(user, None, "Mất thiết bị", since=lost)
    world.nodes.send()
    EndedCertificate.objects.all().delete()  # the national node's own knowledge begins here
    world.nodes.process()
    told = EndedCertificate.objects.get()
    assert (told.told_by, told.since, told.taken) == (COMPONENT, lost, True)
    found = {name: actions.verify_batch(row) for name, row in rows.items()}
    assert (found["early"].status, found["early"].code) == ("unknown", "SIG-REVOKED-DOUBT")
    assert (found["late"].status, found["late"].code) == ("invalid", "SIG-REVOKED-FROM")
    held.refresh_from_db()
    assert actions.verify_batch(held).ok
    held.refresh_from_db()
    assert actions.verify_batch(held).ok
    assert actions.verify_batch(stamped).ok
    with world.nodes.acting_as(NATIONAL):
        (seen,) = log_seen(SYSTEM).ended
        assert (seen.invalid, seen.unknown, seen.valid) == (1, 1, 2)
        for one in (early, late):
            with pytest.raises(Problem):
                actions.keep_approval(*one)
    assert Entry.objects.filter(subject=f"certificate:{certificates.fingerprint(thief.cert)[:16]}").exists()


def test_the_national_node_tells_an_agency_that_a_key_of_its_was_lost(world: World) -> None:
    cert = certificates.from_pem(get_key(world.agency.users["approver"]).certificate_pem)[0]
    since = timezone.now() - HOUR
    with world.nodes.acting_as(NATIONAL):
        actions.end_certificate(cert, actions.Word(since, True, "Công an thông báo", NATIONAL))
        exchange.build_packages(SYSTEM, COMPONENT)
    EndedCertificate.objects.all().delete()
    world.nodes.fetch()
    means = SigningMeans.objects.get(serial=certificates.serial_of(cert))
    assert (means.revoked_from, means.revoked_reason) == (since, f"{NATIONAL}: Công an thông báo")
    told = EndedCertificate.objects.get()
    assert told.told_by == NATIONAL
    with world.nodes.acting_as(COMPONENT):
        exchange.build_packages(SYSTEM, NATIONAL)
    assert not Outbound.objects.filter(kind="share", peer__agency_code=NATIONAL).exists(), (
        "nothing goes round"
    )


@pytest.mark.parametrize("fault", ["another agency's", "a day to come", "nobody's", "no certificate"])
def test_a_word_that_is_not_the_senders_to_say_is_refused(world: World, fault: str) -> None:
    issuer = world.agency.issuer if fault != "nobody's" else certificates.create_authority("Không ai tin")
    assert issuer is not None
    agency = "H56" if fault == "another agency's" else COMPONENT
    cert = certificates.issue(
        issuer, keys.generate().public_key(), common_name="x", agency_code=agency, use="approve"
    )
    der = b"x" if fault == "no certificate" else cert.public_bytes(Encoding.DER)
    since = timezone.now() + (HOUR if fault == "a day to come" else -HOUR)
    line = RevocationLine(der, since, taken=True, reason="x")
    with world.nodes.acting_as(NATIONAL), pytest.raises(Problem) as raised:
        take_revocation(SYSTEM, line, COMPONENT)
    assert raised.value.code == "EXC-REVOCATION"
    assert not EndedCertificate.objects.exists()
