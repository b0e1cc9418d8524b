"""Fixed people with fixed powers, in a small agency: owner, officer, second officer, verifier, approver, stranger…"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.utils import timezone

from ccvc.access.actions import Terms, delegate, grant_role
from ccvc.access.capacity import Capacity
from ccvc.access.domain import Subject
from ccvc.access.models import Delegation, Grant
from ccvc.access.policy import policy
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.changes import actions as changes
from ccvc.changes import procedures
from ccvc.changes.domain import Proposal
from ccvc.changes.models import Change
from ccvc.changes.procedures import RIGHTS
from ccvc.dossiers.models import Version
from ccvc.ledger import actions as ledger
from ccvc.organisations.actions import load_catalogue, open_unit
from ccvc.signing import certificates, revocation, store
from ccvc.signing.actions import create_seal_key, create_software_key
from ccvc.signing.certificates import Issuer
from tests.again import again

AGENCY, UNIT, OTHER_UNIT, FOREIGN, FOREIGN_UNIT = "H41", "H41.12", "H41.13", "H56", "H56.12"
PASSPHRASE = "cây cầu bắc qua sông Lam"
SYSTEM = Subject.system("test")


@dataclass
class Agency:
    """A component with two units, its people in their roles, and another agency's unit with a stranger."""

    users: dict[str, User] = field(default_factory=dict)
    issuer: Issuer | None = None

    def subject(self, name: str) -> Subject:
        return subject_of(self.users[name])


ROLES = {
    "officer": ("officer", AGENCY),
    "checker": ("officer", AGENCY),
    "verifier": ("verifier", AGENCY),
    "approver": ("approver", AGENCY),
    "administrator": ("administrator", AGENCY),
    "inspector": ("inspector", AGENCY),
    "colleague": ("officer", OTHER_UNIT),
    "stranger": ("officer", FOREIGN),
    "foreign_approver": ("approver", FOREIGN),
}


def found_agency(home: Any) -> Agency:
    """Catalogue, units, accounts with grants, and a signing key for the approver; `home` holds the trust."""
    issuer = again("agency", home, lambda: _found(home))
    return Agency({user.username: user for user in User.objects.all()}, issuer)


def found_catalogue() -> None:
    """The agencies of the nation."""
    again("catalogue", None, load_catalogue)


def _found(home: Any) -> Issuer:
    load_catalogue()
    since = date(2025, 7, 1)
    for code, parent in ((UNIT, AGENCY), (OTHER_UNIT, AGENCY), (FOREIGN_UNIT, FOREIGN)):
        open_unit(
            SYSTEM, code=code, name=f"Sở {code}", parent_code=parent, kind="department", on=since, basis="Thử"
        )
    agency = Agency(issuer=certificates.create_authority("Test authority"))
    for name, (role, unit) in ROLES.items():
        user = User.objects.create(username=name, full_name=f"Người {name}")
        agency.users[name] = user
        grant_role(SYSTEM, user=user, role=role, unit_code=unit, valid_from=since, basis="QĐ 1/QĐ-TEST")
    agency.users["owner"] = User.objects.create(username="owner", full_name="Nguyễn Văn An")
    store.save_trust(home, "test", [agency.issuer.cert])
    store.save_crl(home, "test", revocation.crl(agency.issuer))
    give_key(agency, "approver")
    return agency.issuer


def give_key(agency: Agency, name: str, *, days: int = 30, code: str = AGENCY) -> str:
    """A signing key for an account; returns the certificate (PEM)."""
    user, issuer = agency.users[name], agency.issuer
    assert issuer is not None

    def issue(csr: str) -> str:
        wanted = certificates.read_request(csr)
        cert = certificates.issue(
            issuer,
            wanted.public_key,
            common_name=user.username,
            person=user.full_name,
            agency_code=code,
            use="approve",
            days=days,
            not_before=timezone.now() - timedelta(days=20),
        )
        return certificates.to_pem([cert])

    return create_software_key(user, PASSPHRASE, issue, audit=ledger.append).certificate_pem


def give_seal(agency: Agency, *, code: str = AGENCY) -> User:
    """The clerk, who holds the agency's seal under the same passphrase."""
    clerk, made = User.objects.get_or_create(username="clerk", defaults={"full_name": "Người clerk"})
    agency.users["clerk"] = clerk
    if made:
        since = date(2025, 7, 1)
        grant_role(SYSTEM, user=clerk, role="clerk", unit_code=code, valid_from=since, basis="QĐ 1/QĐ-TEST")
    issuer = agency.issuer
    assert issuer is not None

    def issue(csr: str) -> str:
        wanted = certificates.read_request(csr)
        cert = certificates.issue(
            issuer, wanted.public_key, common_name=f"Cơ quan {code}", agency_code=code, use="seal"
        )
        return certificates.to_pem([cert])

    create_seal_key(code, PASSPHRASE, issue, by="clerk", audit=ledger.append)
    return clerk


def dossier(number: int = 1, **identity: Any) -> dict[str, Any]:
    """A small whole document; `number` makes the personal number and name different."""
    return {
        "standard": "2026-07",
        "identity": {
            "personal_id": f"0400850{number:05d}",
            "full_name": "Nguyễn Văn An",
            "sex": "1",
            "birth_date": "1985-03-07",
            "ethnic_group": "01",
            "religion": {"state": "none"},
            **identity,
        },
        "career": {"recruited_on": "2010-01"},
        "education": {"degrees": [{"id": "d1", "level": "6", "major": "Luật"}]},
        "employment": {"category": "CC", "status": "01", "unit_code": UNIT, "unit_name": "Sở H41.12"},
    }


def propose(
    agency: Agency, document: dict[str, Any], *, by: str = "officer", key: UUID | None = None, **more: Any
) -> Any:
    proposal = Proposal(
        person_key=key,
        unit_code=more.pop("unit_code", UNIT),
        document=document,
        valid_from=more.pop("valid_from", timezone.localdate()),
        reason=more.pop("reason", "Quyết định số 12"),
        **more,
    )
    return changes.propose(agency.subject(by), proposal)


def pass_steps(agency: Agency, ids: Sequence[UUID]) -> None:
    """Check and verify; whoever is asked to confirm does."""
    for change in Change.objects.filter(pk__in=ids, confirmation="asked"):
        changes.confirm(subject_of(User.objects.get(person_key=change.person_key)), [change.pk])
    changes.check(agency.subject("checker"), ids)
    changes.verify(agency.subject("verifier"), ids)


def approve(
    agency: Agency, ids: Sequence[UUID], *, by: str = "approver", passphrase: str = PASSPHRASE
) -> list[Version]:
    subject = agency.subject(by)
    return changes.approve(subject, ids, passphrase, changes.prepare(subject, ids).root).versions


def kept(agency: Agency, document: dict[str, Any], *, key: UUID | None = None, **more: Any) -> Version:
    """A change proposed, passed and approved: the version it made."""
    change = propose(agency, document, key=key, **more)
    pass_steps(agency, [change.pk])
    return approve(agency, [change.pk])[0]


def written(**more: Any) -> procedures.Written:
    terms = {
        "title": "Quy chế thử",
        "steps": [{"step": "check", "roles": ["officer"]}, {"step": "approve", "roles": ["approver"]}],
        "unit": AGENCY,
        "valid_from": timezone.localdate(),
        "decision_number": "641/QĐ-UBND",
        "decision_date": date(2024, 3, 25),
    }
    return msgspec.convert(terms | more, procedures.Written)


def delegate_to(agency: Agency, giver: str, to: str, **more: Any) -> Delegation:
    """A written delegation of all steps of a giver's own grant."""
    grant = Grant.objects.get(user=agency.users[giver])
    today = timezone.localdate()
    lendable = policy().roles[grant.role].rights & set(RIGHTS.values())
    terms = Terms(
        rights=more.pop("rights", sorted(lendable)),
        unit_code=more.pop("unit_code", grant.unit_code),
        valid_from=more.pop("valid_from", today),
        valid_to=more.pop("valid_to", today + timedelta(days=30)),
        document_number=more.pop("document_number", "07/UQ-SNV"),
        document_date=more.pop("document_date", today),
        capacity=more.pop("capacity", Capacity("TUQ.", "Giám đốc", "Trưởng phòng")),
    )
    by = agency.subject(more.pop("by", giver))
    return delegate(by, grant=grant, to=agency.users[to], terms=terms)
