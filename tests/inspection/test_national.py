"""Bundles of the national node: what its register took, under the approval of the component, in the national log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ccvc.access.models import AccessLog
from ccvc.inspection import command
from ccvc.ledger import peers
from ccvc.ledger import selectors as log
from ccvc.signing import certificates
from tests.closings.world import World
from tests.exchange.nodes import COMPONENT, NATIONAL, SYSTEM, found_nodes
from tests.inspection.test_bundles import Check, check
from tests.ledger.logs import OtherLog
from tests.people import found_agency
from tests.signing.proving import Prover

__all__ = ["check"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> World:
    """The component and the national node, joined, with the real register."""
    settings.CCVC_AGENCY, settings.CCVC_HOME = COMPONENT, tmp_path / "component"
    agency = found_agency(tmp_path / "component")
    return World(agency, found_nodes(tmp_path, lambda _kind, _handler: None, issuer=agency.issuer))


def bundle(world: World) -> tuple[dict[str, Any], str]:
    """All that the register holds of a person after two approvals, one of them stamped; the log witnessed by H41."""
    issuer = world.agency.issuer
    assert issuer is not None
    first, _ = world.approve(2)
    stamped = first.signature
    stamped.evidence = Prover(issuer).evidence(stamped.jws).written()
    stamped.save(update_fields=["evidence"])
    world.nodes.round()
    document = json.loads(first.document)
    document["identity"]["birth_date"] = "1985-03-08"
    world.change(first.dossier.key, document)
    world.nodes.round()
    with world.nodes.acting_as(NATIONAL):
        size = 12
        seen = OtherLog(issuer, COMPONENT).witness(NATIONAL, size, log.root_at(SYSTEM, size))
        peers.take_witness(SYSTEM, COMPONENT, seen)
        found = command.bundle(str(first.dossier.key), None)
    return json.loads(found), certificates.fingerprint(issuer.cert)


def test_what_the_register_took_is_proved_offline_witnessed_and_in_its_place(
    world: World, check: Check
) -> None:
    found, mark = bundle(world)
    assert found["agency"] == NATIONAL
    assert [item["form"] for item in found["items"]] == ["national"] * 2
    assert [entry["kind"] for entry in found["entries"]] == ["register"] * 2
    assert [one is not None for one in found["evidence"]] == [True, False]
    assert AccessLog.objects.filter(act="export").exists()
    code, told = check(json.dumps(found).encode(), "--fingerprint", mark)
    assert (code, told["verdict"]) == (0, "valid"), told
    ok = {step["code"] for step in told["steps"] if step["status"] == "ok"}
    assert {"STATEMENT", "DOCUMENT", "CHAIN", "ENTRY", "LOG", "WITNESS", "STAMP", "STATUS"} <= ok
    found["items"][0]["place"]["record"] += 1
    code, told = check(json.dumps(found).encode(), "--fingerprint", mark)
    assert code == 1
    assert [step["code"] for step in told["steps"] if step["status"] == "bad"] == ["ENTRY"]
