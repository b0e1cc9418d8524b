"""Checking a proposal: recorded whole, with the versions it was held against, before anything is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from ccvc import standard
from ccvc.access.domain import Right, Subject, require
from ccvc.candidates import sources
from ccvc.candidates.sources import Known
from ccvc.dossiers.selectors import settled
from ccvc.ledger import actions as ledger
from ccvc.proposals import finding
from ccvc.proposals.domain import ACTS, LONGEST_CLAIM, Person, claims, compare, conditions
from ccvc.proposals.models import LONGEST, Proposal, Proposed
from ccvc.rules.reasons import edition
from ccvc.standard.problems import Problem

MOST_PEOPLE = 200
MOST_ALIKE = 1_000


@dataclass(frozen=True, slots=True)
class Head:
    """What a proposal says as a whole: who proposes by which document, for which office, and what kind of act."""

    agency: str
    document_number: str
    document_date: date | None
    position: str
    act: str
    on: date


@transaction.atomic
def check(subject: Subject, head: Head, people: Sequence[Person]) -> Proposal:
    """Hold a proposal against the record and keep that it was; Problem ACC-DENIED, PRO-HEAD, PRO-PEOPLE, PRO-CLAIM."""
    one = checker(subject)
    _sound(head, people)
    at = settled()
    proposal = Proposal.objects.create(
        agency=head.agency.strip(),
        document_number=head.document_number.strip(),
        document_date=head.document_date,
        position=head.position.strip(),
        act=head.act,
        on=head.on,
        account_id=sources.account_of(subject),
        checked_at=at,
        rules=edition(),
    )
    Proposed.objects.bulk_create(_proposed(one, proposal, people))
    _enter(subject, proposal, people)
    return proposal


def checker(subject: Subject) -> Subject:
    """The subject with the roles that let them check: who may not read sensitive data may not, for disciplines are."""
    one = sources.seeker(subject, finding.CHECK)
    require(one, Right.DOSSIER_READ_SENSITIVE)
    return one


def day_of(proposal: Proposal) -> date:
    """The day the record is read as of: the proposed one, or that of the check where it is yet to come."""
    return min(proposal.on, timezone.localdate(proposal.checked_at))


def _sound(head: Head, people: Sequence[Person]) -> None:
    texts = (head.agency, head.document_number, head.position)
    if not all(0 < len(text.strip()) <= LONGEST for text in texts) or head.act not in ACTS:
        raise Problem("PRO-HEAD", where="agency")
    if not 0 < len(people) <= MOST_PEOPLE:
        raise Problem("PRO-PEOPLE", where="people", most=MOST_PEOPLE)
    known = {claim.name for claim in claims()}
    for person in people:
        long = any(len(text) > LONGEST_CLAIM for text in (person.full_name, *person.claims.values()))
        if long or not set(person.claims) <= known:
            raise Problem("PRO-CLAIM", where=person.full_name[:60], most=LONGEST_CLAIM)


def _proposed(one: Subject, proposal: Proposal, people: Sequence[Person]) -> list[Proposed]:
    numbers = [person.personal_id.strip() for person in people]
    keys = finding.by_number(one, [number for number in numbers if is_number(number)])
    records = sources.known(one, list(keys.values()), proposal.checked_at, day_of(proposal), finding.CHECK)
    lost = [p.full_name for n, p in zip(numbers, people, strict=True) if keys.get(n) not in records]
    bearing = finding.namesakes(one, lost)
    rows, seen = [], set[str]()
    for place, (number, person) in enumerate(zip(numbers, people, strict=True), start=1):
        row = Proposed(
            proposal=proposal,
            place=place,
            personal_id=number[:40],
            full_name=person.full_name.strip(),
            claims={name: text.strip() for name, text in person.claims.items() if text.strip()},
        )
        record = records.get(keys[number]) if number in keys else None
        alike = min(bearing.get(finding.plain_of(person.full_name), 0), MOST_ALIKE)
        if not is_number(number):
            row.finding, row.namesakes = "invalid", alike
        elif number in seen:
            row.finding = "repeated"
        elif record is None:
            row.finding, row.namesakes = "unknown", alike
        else:
            _hold(row, proposal, record)
        seen.add(number)
        rows.append(row)
    return rows


def is_number(text: str) -> bool:
    """Whether it could be a personal identification number."""
    return not any(found.code == "STD-PERSONAL-ID" for found in standard.check_personal_id(text, None, None))


def _hold(row: Proposed, proposal: Proposal, record: Known) -> None:
    """The person beside their record: which version, how many claims differ, what the conditions come to."""
    row.finding, row.person = "found", record.key
    row.version, row.version_hash = record.version, record.version_hash
    compared = compare(row.said, record.document, day_of(proposal))
    row.differing = sum(one.verdict == "differs" for one in compared)
    act = next(one for one in ACTS if one == proposal.act)
    row.outcome = conditions(record.document, act, proposal.on, proposal.position, None).outcome


def _enter(subject: Subject, proposal: Proposal, people: Sequence[Person]) -> None:
    """The check in the ledger: what was said stands there by its digest."""
    told = [[person.personal_id, person.full_name, dict(person.claims)] for person in people]
    said = {
        "act": "check",
        "by": subject.username,
        "request": subject.request_id,
        "document": proposal.document_number,
        "agency": proposal.agency,
        "people": len(people),
        "claims_sha256": standard.digest(standard.canonical({"people": told})),
    }
    ledger.append("administrative", f"proposals:{proposal.pk}", said)
