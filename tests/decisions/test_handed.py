"""A decision signed with a token in the signer's own machine: paper and statement are one there too."""

from __future__ import annotations

import base64
from functools import partial
from typing import Any

import pytest
from django.test import Client

from ccvc.access.models import AccessLog
from ccvc.decisions import handing, signing
from ccvc.decisions.handing import Handed
from ccvc.decisions.models import Decision, State
from ccvc.documents import verifying
from ccvc.documents.models import Document
from ccvc.dossiers.models import Version
from ccvc.evidence import storage
from ccvc.ledger import actions as ledger
from ccvc.ledger.verification import verify
from ccvc.signing import certificates
from ccvc.signing.actions import keep_means
from ccvc.signing.helper.desk import Desk
from ccvc.signing.models import SigningMeans
from tests.decisions.world import drafted, people, verified
from tests.people import Agency
from tests.problems import code_of, refused
from tests.signing.officers import ORIGIN, PIN, desk_of, reader

SESSION = "s1"
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(agency: Agency) -> Desk:
    """The program before the signer's token, which is enrolled at the node."""
    assert agency.issuer is not None
    user = agency.users["approver"]
    made = desk_of(agency.issuer, common_name=user.username, person=user.full_name)
    row = SigningMeans(
        user=user,
        kind=SigningMeans.Kind.LOCAL,
        certificate_pem=certificates.to_pem(made.chain),
        label="USB",
        place={"algorithm": made.algorithm},
    )
    keep_means(row, by=user.username, audit=ledger.append)
    return made


@pytest.fixture
def ready(agency: Agency) -> Decision:
    return verified(agency, drafted(agency, "raise_regular", people(agency, 2)))


def begun(agency: Agency, row: Decision) -> Handed:
    approver = agency.subject("approver")
    means = SigningMeans.objects.get(kind="local")
    return handing.begin_locally(approver, SESSION, row.pk, signing.prepare(approver, row.pk).root, means.pk)


def signed(desk: Desk, given: dict[str, Any]) -> list[bytes]:
    """What the program gives back after its reader has read and signed."""
    name = desk.take(given, ORIGIN)
    desk.sign(name, desk.waiting(name).form, PIN)
    return [bytes.fromhex(one) for one in desk.answer(name, ORIGIN)["signature"].split()]


def test_both_signatures_come_back_and_stand_together(agency: Agency, desk: Desk, ready: Decision) -> None:
    handed = begun(agency, ready)
    given = handing.given(handed)
    shown = desk.waiting(desk.take(given, ORIGIN)).read
    assert (shown.purpose, dict(shown.facts)["Quyết định số"]) == ("Ký quyết định", str(ready))
    assert dict(shown.facts)["Số người"] == "2"
    assert [one.kind for one in shown.lines] == ["Cập nhật", "Cập nhật"]
    assert shown.papers[0].file.startswith(storage.read(handed.document.content_sha256))
    assert Version.objects.filter(number=2).count() == 0
    row = handing.end_locally(agency.subject("approver"), SESSION, handed.pending.pk, signed(desk, given))
    assert (row.state, Version.objects.filter(number=2).count()) == (State.SIGNED, 2)
    assert row.paper is not None
    row.paper.refresh_from_db()
    file = storage.read(row.paper.sha256)
    assert [one.verdict.status for one in verifying.signatures(file)] == ["valid"]
    again = lambda: handing.end_locally(agency.subject("approver"), SESSION, handed.pending.pk, [b"", b""])  # noqa: E731 - said once
    assert code_of(again) == "SIG-PENDING"
    assert verify().ok


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("size", "paper"),
        ("decision", "merkle_root"),
        ("changes", "count"),
        ("pdf", "digest"),
        ("canonical", "ccvc-decision"),
    ],
)
def test_the_program_signs_nothing_that_does_not_fit(
    agency: Agency, desk: Desk, ready: Decision, part: str, told: str
) -> None:
    """Another paper, another decision, a change less: each is refused before its reader sees it."""
    given = handing.given(begun(agency, ready))
    if part == "size":
        given["size"] -= 1
    elif part == "decision":
        given["decision"] = given["decision"].replace(str(ready), "9" + str(ready))
    elif part == "canonical":
        given["decision"] += " "
    elif part == "changes":
        given["changes"] = given["changes"][:1]
    else:
        file = bytearray(base64.b64decode(given["documents"][0]["pdf"]))
        file[100] ^= 1
        given["documents"][0]["pdf"] = base64.b64encode(bytes(file)).decode()
    problem = refused(lambda: desk.take(given, ORIGIN))
    assert (problem.code, problem.params["part"]) == ("SIG-HELPER-UNREADABLE", told)


@pytest.mark.parametrize("which", [0, 1])
def test_one_wrong_signature_keeps_the_other_from_counting(
    agency: Agency, desk: Desk, ready: Decision, which: int
) -> None:
    handed = begun(agency, ready)
    made = signed(desk, handing.given(handed))
    made[which] = bytes(len(made[which]))
    end = partial(handing.end_locally, agency.subject("approver"), SESSION, handed.pending.pk, made)
    assert code_of(end) == "SIG-KEY-MISMATCH"
    ready.refresh_from_db()
    assert (ready.state, Version.objects.filter(number=2).count()) == (State.SUBMITTED, 0)
    assert [one.state for one in Document.objects.all()] == ["issued"]


def test_page_program_and_page_again_sign_a_decision(agency: Agency, ready: Decision) -> None:
    """As a browser goes: the page of signing hands everything on, and brings both signatures back."""
    address = f"/decisions/{ready.pk}/sign/"
    with reader(agency.issuer, agency.users["approver"]) as officer:
        page = officer.node.get(address, headers={"accept": "text/html"}).content.decode()
        root = page.partition('name="root" value="')[2].partition('"')[0]
        given = officer.begin(address, root=root)
        done = officer.complete(address, given, officer.signed(given))
    assert done.json() == {"next": f"/decisions/{ready.pk}/"}
    ready.refresh_from_db()
    assert ready.state == State.SIGNED


@pytest.mark.parametrize(
    ("name", "status"), [("officer", 200), ("approver", 200), ("stranger", 404), ("owner", 404)]
)
def test_its_paper_is_opened_by_whoever_may_read_all_of_it(
    agency: Agency, ready: Decision, client: Client, name: str, status: int
) -> None:
    client.force_login(agency.users[name])
    answer = client.get(f"/decisions/{ready.pk}/paper/")
    assert answer.status_code == status
    if status == 200:
        assert answer.content.startswith(b"%PDF-1.7")
        assert set(AccessLog.objects.latest("pk").person_keys) == {
            one.person_key for one in ready.people.all()
        }
