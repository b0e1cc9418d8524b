"""A province with people who carry unusual words in every kind of field, and accounts in every role around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import timezone

from ccvc.access.actions import grant_role, record_look
from ccvc.candidates import actions as candidates
from ccvc.candidates.domain import Definition, Line
from ccvc.changes import actions as changes
from ccvc.changes.domain import Proposal
from ccvc.closings.models import Closing, Difference, Outcome, Snapshot
from ccvc.decisions import actions as decisions
from ccvc.documents import actions as documents
from ccvc.dossiers import moments
from ccvc.dossiers.domain import columns, parse
from ccvc.dossiers.models import Version
from ccvc.dossiers.selectors import Moment, settled
from ccvc.evidence import actions as evidence
from ccvc.evidence.domain import Details
from ccvc.exchange.models import Cursor, Inbound, Notice, Outbound, Peer, RecordVerdict
from ccvc.intake.actions import take_in
from ccvc.ledger.models import Entry, HeadAlarm
from ccvc.organisations.models import Unit, UnitState
from ccvc.proposals import actions as proposals
from ccvc.proposals.domain import Person as Proposed
from ccvc.quality.actions import judge_due
from ccvc.quality.models import Finding
from ccvc.registry import models as register
from ccvc.registry import purposes
from ccvc.rules.closing import month_of
from ccvc.signing import certificates, keys, store
from ccvc.signing.models import Signature
from ccvc.signing.selectors import get_key
from ccvc.transfers.models import Request, Transfer
from ccvc.worklists.actions import compute_due
from tests import people
from tests.access.matrix_routes import Samples
from tests.documents import office
from tests.evidence import samples
from tests.intake import files
from tests.people import AGENCY, FOREIGN, OTHER_UNIT, SYSTEM, UNIT, Agency, delegate_to, written

NATIONAL = "G09"
NAME, NUMBER = "Zuýp Thị Ước-Xoan", "040185987654"
NEW_NAME, NEW_NUMBER = "Quắm Văn Khuơng", "040085987653"
LISTED_NAME, LISTED_NUMBER = "Thoòng A Sửu-Zìn", "040085987652"
STATEMENT = (
    '{"agency":"H41","at":"2026-11-22T02:00:00Z","counts":[{"category":"CC","people":1,"status":"01","unit":"H41.12"}],'
    '"digests":{},"format":"ccvc-closing/1","ledger":{"root":"'
    + "0"
    * 64
    + '","size":1},"month":"%s","movement":null,'
    '"people":1,"policy":"nd27-2026","position":1,"quality":null,"reason":"","replaces":null,"root":"'
    + "0"
    * 64
    + '",'
    '"serving":1,"standard":"2026-07","unresolved":{"conflicts":0,"errors":0,"hints":0,"pending":0,"refused":0,'
    '"returned":0,"unsent":0,"warnings":0}}'
)
REFUSED_NUMBER = "04008598765"
UNIT_NAME = "Sở Kín Zạch-Mó"
BASIC = ("Bí danh Zữu", "kin.zop@zop-zop.vn", "Phòng Zắc Zở", "Việc Zịp mật")
SENSITIVE = ("Zâng Thị Nhân-Thân", "ZQ-778899", "Vi phạm Zò-Ngoe", "Thửa Zèn số 7", "Tổ chức Zúc ngoài")
IDENTITIES = (NAME, NUMBER, NEW_NAME, LISTED_NAME, LISTED_NUMBER, REFUSED_NUMBER)
ROLES = (
    "anonymous",
    "stranger",
    "foreign_approver",
    "foreign_appraiser",
    "colleague",
    "clerk",
    "administrator",
    "analyst",
    "cataloguer",
    "appraiser",
    "steward",
    "inspector",
    "officer",
    "verifier",
    "approver",
    "owner",
)
OUTSIDE = ("anonymous", "stranger", "foreign_approver", "foreign_appraiser", "colleague")
"""Nobody of these has any reach over the planted people or their unit."""
BLIND = (*OUTSIDE, "clerk", "administrator", "analyst", "cataloguer")
"""Nobody of these may see a person, whatever else they may do."""


def planted() -> dict[str, Any]:
    """A document with a word of its own in every kind of field."""
    whole = people.dossier()
    whole["identity"] |= {"full_name": NAME, "personal_id": NUMBER, "sex": "2", "other_names": BASIC[0]}
    whole["identity"] |= {"email": BASIC[1], "phone": "0903111222"}
    whole["employment"] |= {"unit_name": BASIC[2], "main_work": BASIC[3]}
    whole["employment"]["disciplines"] = [{"id": "k1", "form": "2-HC1", "violation": SENSITIVE[2]}]
    whole["family"] = {"relatives": [{"id": "r1", "relationship": "01", "full_name": SENSITIVE[0]}]}
    whole["affiliation"] = {"party_card_number": SENSITIVE[1]}
    whole["assets"] = {"business_land": SENSITIVE[3]}
    whole["history"] = {"foreign_relations": [{"id": "n1", "organisation": SENSITIVE[4]}]}
    return whole


def someone(name: str, number: str) -> dict[str, Any]:
    return people.dossier(full_name=name, personal_id=number)


@dataclass
class World:
    """The node with its accounts; after `plant` with its people."""

    agency: Agency
    home: Path
    clients: dict[str, Client] = field(default_factory=dict)
    keys: dict[str, UUID] = field(default_factory=dict)
    samples: Samples = field(default_factory=lambda: Samples({}))
    before: set[tuple[str, int, str]] = field(default_factory=set)
    plain: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    @contextmanager
    def as_kind(self, kind: str) -> Iterator[None]:
        code = NATIONAL if kind == "national" else AGENCY
        settings = {"CCVC_KIND": kind, "CCVC_AGENCY": code, "CCVC_NATIONAL_AGENCY": NATIONAL}
        with override_settings(**settings, CCVC_HOME=self.home, CCVC_NAME="Nút thử"):
            yield

    def readable(self, role: str, room: str) -> tuple[str, ...]:
        """Planted words this role may read somewhere in this room; the rest it may meet nowhere."""
        if role == "owner":
            return (NAME, NUMBER, *BASIC, *SENSITIVE, UNIT_NAME)
        if role in {"officer", "verifier", "approver"}:
            return (*IDENTITIES, *BASIC, *SENSITIVE, UNIT_NAME)
        if role == "inspector":
            return (*IDENTITIES, *BASIC, UNIT_NAME)
        if role == "appraiser" and room in {"registry", "insight"}:
            return (*IDENTITIES, *BASIC, *SENSITIVE, UNIT_NAME)
        if role == "steward" and room in {"registry", "quality", "closings"}:
            return (*IDENTITIES, *BASIC, *SENSITIVE, UNIT_NAME)
        return () if role in OUTSIDE else (UNIT_NAME,)


def found_world(home: Path) -> World:
    """The agency, its accounts and a browser for each; nobody planted yet."""
    world = World(people.found_agency(home), home)
    day = date(2025, 7, 1)
    for name, code in (
        ("clerk", AGENCY),
        ("analyst", AGENCY),
        ("cataloguer", AGENCY),
        ("appraiser", AGENCY),
        ("steward", AGENCY),
        ("foreign_appraiser", FOREIGN),
    ):
        user = people.User.objects.create(username=name, full_name=f"Người {name}")
        world.agency.users[name] = user
        role = name.removeprefix("foreign_")
        grant_role(SYSTEM, user=user, role=role, unit_code=code, valid_from=day, basis="QĐ 1/QĐ-TEST")
    world.agency.users["owner"].full_name = "Chủ tài khoản"
    world.agency.users["owner"].save()
    UnitState.objects.filter(code=UNIT).update(name=UNIT_NAME)
    _give_node_keys(world)
    for role in ROLES:
        world.clients[role] = Client(raise_request_exception=False)
        if role != "anonymous":
            _sign_in(world.clients[role], world.agency.users[role])
    return world


def _sign_in(client: Client, user: people.User) -> None:
    """Signed in, having said what for as the national node asks before it shows a person."""
    client.force_login(user)
    session = client.session
    purposes.keep(session, "Thẩm định nhân sự: Công văn 12/SNV")
    session.save()


def _give_node_keys(world: World) -> None:
    assert world.agency.issuer is not None
    for use in ("sign", "encrypt"):
        key = keys.generate()
        cert = certificates.issue(
            world.agency.issuer, key.public_key(), common_name="Nút thử", agency_code=AGENCY, use=use
        )
        store.save_node_key(world.home, use, key, [cert])


def plant(world: World, folder: Path) -> None:
    """People and all that speaks of them: versions, pending changes, a batch, a file, packages, the register."""
    agency = world.agency
    first = people.kept(agency, planted())
    key = first.dossier.key
    world.keys = {"planted": key}
    agency.users["owner"].person_key = key
    agency.users["owner"].save()
    whole = parse(first.document)
    second = people.kept(agency, whole | {"health": {"height_cm": 161}}, key=key)
    whole = parse(second.document)
    mine = people.propose(agency, _with(whole, "identity", phone="0903111333"), by="owner", key=key)
    ready = people.propose(agency, _with(whole, "assets", business_land=f"{SENSITIVE[3]} và 8"), key=key)
    people.pass_steps(agency, [ready.pk])
    other = people.kept(agency, someone(NEW_NAME, NEW_NUMBER)).dossier
    moved = _with(someone(NEW_NAME, NEW_NUMBER), "employment", unit_code=OTHER_UNIT)
    transfer = people.propose(agency, moved, key=other.key, unit_code=OTHER_UNIT)
    batch = _batch(agency)
    papers = _papers(agency, key, mine.pk)
    intake = _intake(agency, folder)
    outbound, verdict, notice = _packages(second)
    _register(second)
    _closings(key)
    finding = _quality(key)
    both = [key, other.key]
    record_look(agency.subject("officer"), both, act="search", purpose="Xem để thử", detail=NEW_NAME)
    changed = [mine.pk, ready.pk, transfer.pk, batch.changes.get().pk]
    world.samples = _samples(key, changed, batch.pk, intake)
    world.samples.values = {
        **world.samples.values,
        "outbound": [outbound],
        "notice": [notice],
        "verdict": [verdict],
        "finding": [finding],
        "whose": ["mine", "seal"],
        "kind": ["pkcs12"],
        "means_id": [get_key(agency.users["approver"]).pk],
        "paper_id": papers[:2],
        **_documents(agency, key),
        **_candidates(agency, key),
        **_proposals(agency),
        **_ledger(),
        **_workflow(agency),
        **_handovers(key),
        **_decisions(agency, key, other.key),
        ("changes:paper", "paper_id"): papers[2:],
        ("changes:unprove", "paper_id"): papers[2:],
    }


def _ledger() -> dict[str | tuple[str, str], Any]:
    """Samples of the pages of the ledger: an entry, an alarm, the program that checks proofs."""
    alarm = HeadAlarm.objects.create(agency=NATIONAL, side="theirs", code="LED-PEER-SHRUNK", held=9, told=5)
    entry = Entry.objects.filter(kind="versions").earliest("index")
    return {"verifier": ["ccvc-verify.html"], "index": [entry.index], "alarm": [alarm.pk]}


def _workflow(agency: Agency) -> dict[str | tuple[str, str], Sequence[Any]]:
    """A procedure and a delegation of the planted people's agency."""
    rule = changes.set_procedure(
        agency.subject("administrator"), written(unit=UNIT, valid_from=date(2099, 1, 1))
    )
    lent = delegate_to(agency, "checker", "verifier")
    return {"procedure_id": [rule.pk], "delegation_id": [lent.pk], "grant_id": [lent.grant_id]}


def _handovers(key: UUID) -> dict[str | tuple[str, str], Sequence[Any]]:
    """A hand-over of the planted person, one on its way here, and a request for the planted person's dossier."""
    said = {"decision": "12/QĐ", "effective_on": timezone.localdate(), "begun_by": "x", "begun_by_name": "X"}
    made = Transfer.objects.create(
        side="giver", state="prepared", person=key, name=NAME, giver=AGENCY, receiver=FOREIGN, **said
    )
    coming = {"person": uuid4(), "name": LISTED_NAME, "personal_id": LISTED_NUMBER, "giver": FOREIGN}
    Transfer.objects.create(side="receiver", state="opened", receiver=AGENCY, **coming, **said)
    asked = Request.objects.create(
        side="giver",
        person=key,
        personal_id=NUMBER,
        asker=FOREIGN,
        reason=BASIC[3],
        asked_by="x",
        asked_by_name="X",
    )
    return {"transfer_id": [made.pk], "request_id": [asked.pk]}


def _decisions(agency: Agency, key: UUID, other: UUID) -> dict[str | tuple[str, str], Any]:
    """A draft that says something of the planted person, and a reward submitted for another."""
    officer, today = agency.subject("officer"), timezone.localdate()
    terms = decisions.Terms(UNIT, today, BASIC[2], cells={"year": 2026, "level": "8"})
    draft = decisions.draft(officer, "leave_unpaid", [key], terms)
    decisions.fill(officer, draft.pk, terms, {key: {"until": "2027-01-31", "reason": BASIC[3]}})
    sent = decisions.draft(officer, "reward", [other], terms)
    decisions.fill(officer, sent.pk, terms, {other: {"form": "42"}})
    decisions.submit(officer, sent.pk)
    return {"decision_id": [draft.pk, sent.pk]}


def _with(whole: dict[str, Any], group: str, **values: Any) -> dict[str, Any]:
    return whole | {group: whole.get(group, {}) | values}


def _batch(agency: Agency) -> Any:
    proposal = Proposal(None, UNIT, someone(LISTED_NAME, LISTED_NUMBER), timezone.localdate(), "Lập hồ sơ")
    made = changes.propose_batch(
        agency.subject("officer"),
        title=f"Danh sách có {LISTED_NAME}",
        origin="intake",
        source="thử",
        unit_code=UNIT,
        proposals=[proposal],
    )
    return made.batch


def _intake(agency: Agency, folder: Path) -> UUID:
    """A file with a row that changes the planted person, one without a number that may be theirs, one that returns."""
    rows = [
        files.person(1, identity__personal_id=NUMBER, identity__full_name=NAME, identity__sex="Nữ"),
        files.person(2, identity__personal_id=REFUSED_NUMBER, identity__full_name=NEW_NAME),
    ]
    rows[0]["affiliation.party_joined_on"] = SENSITIVE[1]
    rows.append(files.person(3, identity__personal_id=None, identity__full_name=NAME, identity__sex="Nữ"))
    file = files.workbook(folder / f"{LISTED_NAME}.xlsx", rows)
    return UUID(take_in(agency.subject("officer"), file, UNIT, dry_run=True).id)


def _papers(agency: Agency, key: UUID, change: UUID) -> list[UUID]:
    """A paper anybody who reads the dossier sees, one for sensitive data, and one of a change in progress."""
    officer = agency.subject("officer")
    said = [
        Details("99", "career", issuer=BASIC[0], file_name=f"{NAME}.pdf"),
        Details("06", "family", issuer=SENSITIVE[0], file_name=f"{SENSITIVE[1]}.pdf"),
        Details("99", "identity.phone", issuer=BASIC[3], file_name="a.pdf"),
    ]
    given = [evidence.receive(officer, samples.pdf(one.issuer)) for one in said]
    kept = [evidence.attach(officer, key, *pair) for pair in zip(given[:2], said[:2], strict=True)]
    return [
        *(paper.pk for paper in kept),
        changes.prove(agency.subject("owner"), change, given[2], said[2]).pk,
    ]


def _packages(version: Version) -> tuple[int, int, int]:
    """A package refused by the national node, a record of it to mend, and a notice: all about one person."""
    key = version.dossier.key
    peer = Peer.objects.create(agency_code=NATIONAL, name="Bộ Nội vụ")
    for direction in ("out", "in"):
        Cursor.objects.create(peer=peer, direction=direction)
    sent = {"peer": peer, "package_id": uuid4(), "kind": "changes", "data": b"x", "size": 1, "records": 1}
    sent |= {"first_position": version.position, "last_position": version.position, "changes": 1}
    outbound = Outbound.objects.create(sequence=1, manifest_sha256="a" * 64, state="refused", **sent)
    came = {"peer": peer, "package_id": uuid4(), "kind": "share", "data": b"x", "size": 1, "records": 1}
    inbound = Inbound.objects.create(sequence=1, manifest_sha256="b" * 64, via="https", **came)
    verdict = RecordVerdict.objects.create(
        outbound=outbound,
        record=1,
        person=key,
        number=version.number,
        verdict="refused",
        code="STD-PATTERN",
        path="affiliation.party_card_number",
        message=f"“Số thẻ đảng” không đúng dạng: {SENSITIVE[1]}",
    )
    said = {"kind": "conflict", "person": key, "holder": AGENCY, "claimant": "H38", "code": "REG-CLAIMED"}
    message = f"Hai cơ quan cùng nhận số {NUMBER}."
    notice = Notice.objects.create(inbound=inbound, line=0, message=message, **said)
    return outbound.pk, verdict.pk, notice.pk


def _documents(agency: Agency, key: UUID) -> dict[str | tuple[str, str], Sequence[Any]]:
    """A document that waits for its signer, one anyone may check, a list of people, and a run."""
    officer = agency.subject("officer")

    def order(form: str) -> documents.Order:
        return documents.Order(form, [key], BASIC[3], agency.users["approver"])

    made = [documents.issue(officer, order("nd27-2026")) for _ in range(2)]
    documents.sign(agency.subject("approver"), [made[1].pk], office.signer(agency, "approver"))
    documents.seal(agency.subject("clerk"), [made[1].pk], office.signer(agency, "Cơ quan", "seal"))
    listed = documents.issue(officer, order("trich-ngang"))
    return {
        "document_id": [made[0].pk, made[1].pk, listed.pk],
        "run_id": [documents.start(officer, order("xac-nhan")).pk],
        "check_code": [made[1].code, made[0].code],
    }


def _candidates(agency: Agency, key: UUID) -> dict[str | tuple[str, str], Sequence[Any]]:
    """A search of the officer's that lists the planted person by their sensitive data, and its saved criteria."""
    officer = agency.subject("officer")
    asked = Definition((Line("employment.disciplines[].violation", "contains", (SENSITIVE[2],)),))
    search = candidates.seek(officer, asked, "Tìm nguồn: Công văn 12/SNV")
    assert search.results.get(answer="yes").person == key
    return {"search_id": [search.pk], "saved_id": [candidates.save(officer, SENSITIVE[2], asked).pk]}


def _proposals(agency: Agency) -> dict[str | tuple[str, str], Sequence[Any]]:
    """A proposal of the planted person, checked by the officer."""
    head = proposals.Head("Sở Nội vụ", "12/TTr-SNV", None, "Phó Giám đốc", "higher", timezone.localdate())
    made = proposals.check(
        agency.subject("officer"), head, [Proposed(NUMBER, NAME, {"disciplines": "Không"})]
    )
    return {"proposal_id": [made.pk]}


def _quality(key: UUID) -> int:
    """A finding on the planted person that quotes their name, with a suggestion."""
    compute_due()
    judge_due()
    return Finding.objects.create(
        person=key,
        rule="CLEAN-SPACES",
        family="clean",
        path="identity.full_name",
        severity="hint",
        sensitivity="basic",
        suggestion=[["identity.full_name", NAME, f"{NAME} Mới"]],
        counts=True,
        since=timezone.localdate(),
    ).pk


def _register(version: Version) -> None:
    """The planted person in the national register, with a refusal and a conflict."""
    facts = {"number": version.number, "hash": version.hash, "agency_code": AGENCY}
    person = register.Person.objects.create(
        key=version.dossier.key,
        accepted_at=timezone.now(),
        valid_from=version.valid_from,
        known_from=version.known_at,
        **facts,
        **columns(parse(version.document)),
    )
    register.Version.objects.create(
        person=person,
        statement=version.statement,
        document=version.document,
        valid_from=version.valid_from,
        known_at=version.known_at,
        package=1,
        record=1,
        signature=version.signature,
        leaf=version.leaf,
        **facts,
    )
    claim = {"personal_id": NUMBER, "holder": AGENCY, "claimant": "H38", "package": 1, "record": 2}
    register.Conflict.objects.create(
        holder_person=person.key, claimant_person=uuid4(), found_at=timezone.now(), **claim
    )


def _closings(key: UUID) -> None:
    """A month closed here and taken nationally, on which the planted person differs."""
    Peer.objects.create(agency_code=AGENCY, name="Tỉnh Nghệ An")
    month = month_of(timezone.localdate())
    drawn = {"agency_code": AGENCY, "month": month, "at": timezone.now(), "hash": b"h" * 32}
    for package in (None, 1):
        closing = Closing.objects.create(
            agency_code=AGENCY,
            month=month,
            number=1,
            snapshot=Snapshot.objects.create(statement=STATEMENT % f"{month:%Y-%m}", **drawn),
            signature=Signature.objects.all()[0],
            signed_at=timezone.now(),
            in_time=True,
            package=package,
        )
        counts = {"people": 1, "register": 1, "agreed": 0, "moved_on": 0, "differing": 1}
        outcome = Outcome.objects.create(closing=closing, at=timezone.now(), **counts)
        Difference.objects.create(outcome=outcome, person=key, kind="differs", number=2, register_number=2)


UNIT_PAGES = ("unit", "positions", "position", "end_position")


def _samples(key: UUID, changed: list[UUID], batch: UUID, intake: UUID) -> Samples:
    ids = " ".join(map(str, changed[1:2]))
    unit = Unit.objects.get(states__code=UNIT).key
    past = moments.exact(Moment(settled(), timezone.localdate()))
    return Samples(
        values={
            "key": [key],
            **{(f"organisations:{name}", "key"): [unit] for name in UNIT_PAGES},
            "number": [1, 2],
            "change_id": changed,
            "batch_id": [batch],
            "intake_id": [intake],
            "group": ["identity", "family"],
            "table": ["relatives"],
            ("changes:row", "group"): ["family"],
            "row_id": ["new", "r1"],
            "step": ["check", "verify", "return", "back", "withdraw"],
            "answer": ["confirm", "object"],
            "agency": [NATIONAL, AGENCY],
            "month": [f"{timezone.localdate():%Y-%m}"],
            "name": ["sex"],
            "secret": ["not-a-secret"],
            **{
                (f"worklists:{page}", "name"): ["raise_regular"]
                for page in ("list", "csv", "xlsx", "calendar")
            },
            ("dossiers:file", "form"): ["csv", "json"],
        },
        queries={
            "inspection:bundle": [{"number": "1"}],
            "decisions:list": [{"q": "zuyp"}, {"kind": "reward"}, {"state": "to_sign"}],
            "decisions:new": [{"kind": "reward", "q": "zuyp"}, {"kind": "reward", "person": str(key)}],
            "dossiers:list": [past, {"q": "zuyp", **past}],
            "dossiers:file": [past],
            "dossiers:history": [{"group": "family"}, {"path": "health.height_cm"}, {"who": "Người officer"}],
            "dossiers:difference": [{"known": "2020-01-01T00:00:00Z"}],
            "dossiers:difference_json": [{"known": "2020-01-01T00:00:00Z"}],
            "registry:history": [{"group": "family"}],
            "registry:difference": [{"known": "2020-01-01T00:00:00Z"}],
            "registry:people": [{"q": "zuyp", **past}],
            "insight:statistics": [past],
            **{f"worklists:{page}": [{"show": "cannot_tell"}] for page in ("list", "csv")},
            "": [{"q": "zuyp"}, {"q": NUMBER[:6]}, {"unit": UNIT}],
            "dossiers:detail": [
                {"group": g} for g in ("family", "affiliation", "assets", "history", "employment")
            ],
            "changes:inbox": [{"step": step} for step in ("check", "verify", "approve")],
            "changes:approve": [{"change": str(pk)} for pk in changed] + [{"batch": str(batch)}],
            "closings:agency": [{"differences": "1"}],
            "candidates:compare": [{"person": str(key)}],
            "organisations:branch": [{"unit": str(Unit.objects.get(states__code=AGENCY).key)}],
        },
        posts={
            "worklists:wishes": [{"act": "mail", "address": "a@b.vn"}, {"act": "new_calendar"}],
            "changes:act": [{"change": [str(pk)], "note": "Thử"} for pk in changed] + [{"batch": str(batch)}],
            "changes:sign": [{"changes": ids, "root": "00" * 32, "passphrase": people.PASSPHRASE}],
            "changes:declare": [{"phone": "0900000000"}],
            "changes:prove": [{"paper-kind": "99", "paper-number": "1"}],
            "evidence:person": [{"paper-kind": "99", "paper-number": "1"}],
            "evidence:take_back": [{"reason": "Gắn nhầm"}],
            "intake:new": [{"unit_code": UNIT}],
            "inspection:trace": [
                {"reference": "QĐ 5", "purpose": "Thử", "person": NUMBER, "form": form}
                for form in ("", "xlsx", "zip")
            ],
            "candidates:new": [
                {
                    "line": "0",
                    "subject-0": "identity.full_name",
                    "test-0": "contains",
                    "value-0": "zuyp",
                    "kind": "sourcing",
                    "basis": "Công văn 12",
                    "act": act,
                    "name": "Thử",
                }
                for act in ("add", "seek", "save")
            ],
            "proposals:new": [
                {
                    "agency": "Sở Nội vụ",
                    "document_number": "13/TTr",
                    "position": "Phó Giám đốc",
                    "act": "higher",
                    "personal_id": NUMBER,
                }
            ],
            "candidates:saved": [{"act": "share", "account": "verifier"}, {"act": "remove"}],
            "closings:prepare": [{"reason": "Chốt muộn để thử"}],
            "closings:sign": [{"snapshot": str(uuid4()), "passphrase": people.PASSPHRASE}],
            "closings:decide": [
                {"mode": "monthly", "since": "2026-11", "window_days": "5", "basis": "QĐ 12"}
            ],
            "decisions:new": [{"kind": "reward", "person": [str(key)]}],
            "decisions:amend": [{"kind": "revoke", "note": "Thử"}],
            "decisions:people": [
                {"person": str(key), "remove": "1"},
                {"person": str(key)},
                {"newcomers": "040095012345 Trần Văn Bình"},
            ],
            "decisions:discard": [{"note": "Thử"}],
            "decisions:return": [{"note": "Thử"}],
            "decisions:take_back": [{"note": "Thử"}],
            "decisions:testify": [{"condition": "handling", "answer": "yes", "ground": "Văn bản số 5"}],
            "decisions:sign": [{"root": "00" * 32, "passphrase": people.PASSPHRASE}],
            "decisions:begin_sign": [{"root": "00" * 32, "means": "1"}],
            "decisions:complete_sign": [{"id": str(uuid4()), "signature": "00 00"}],
            "intake:review": [{"choice-7": str(key)}, {"act": "certain"}, {"act": "rest"}],
            "intake:outlook": [{"row": "5"}, {"field": "affiliation.party_joined_on"}],
        },
    )


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside has not happened afterwards; durable blocks are let through, as in Django's tests."""
    block = transaction.atomic()
    vars(block)["_from_testcase"] = True
    with block:
        yield
        transaction.set_rollback(True)


UNWATCHED = ("access_accesslog", "accounts_signinattempt", "changes_refusal")
"""Tables that only record what was asked."""


def writes() -> int:
    """Rows written to watched tables since this transaction began, those undone since among them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"
            " WHERE relname !~ '^(django_|auth_|procr)' AND relname <> ALL(%s)",
            [list(UNWATCHED)],
        )
        return int(cursor.fetchone()[0])


def fingerprint() -> list[tuple[str, int, str]]:
    """Rows and their hash for every watched table of the node."""
    tables = [
        t for t in connection.introspection.table_names() if not t.startswith(("django_", "auth_", "procr"))
    ]
    parts = [
        f"SELECT '{t}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM {t} t"
        for t in tables
        if t not in UNWATCHED
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return sorted(cursor.fetchall())
