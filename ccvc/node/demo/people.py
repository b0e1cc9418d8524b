"""Accounts, grants and signing keys of the demonstration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from ccvc.access.actions import grant_role
from ccvc.access.capacity import NO_CAPACITY, Capacity
from ccvc.access.domain import EVERYWHERE, Subject
from ccvc.accounts.actions import create_user
from ccvc.accounts.models import User
from ccvc.dossiers.models import Head
from ccvc.exchange.actions.revocations import save_crls
from ccvc.ledger import actions as ledger
from ccvc.node.demo.plan import COMPONENT_ACCOUNTS, NATIONAL_ACCOUNTS, OFFICES, PERSON, AccountPlan
from ccvc.signing import store
from ccvc.signing.actions import create_seal_key, create_software_key
from ccvc.signing.selectors import in_force
from ccvc.simulation.authority import DemoAuthority

BASIS = "Quyết định giả lập của bản trình diễn"


def open_accounts(password: str, authority: Path) -> list[dict[str, Any]]:
    """One account for each role of this node, approvers with a key and the clerk with a seal; returns what to print."""
    national = settings.CCVC_KIND == "national"
    plans = NATIONAL_ACCOUNTS if national else COMPONENT_ACCOUNTS
    trust_demo_authority(authority)
    for plan in plans:
        _open(plan, password, EVERYWHERE if national else settings.CCVC_AGENCY)
        if plan.role == "approver":
            give_signing_key(User.objects.get(username=plan.username), password, authority)
        if plan.role == "clerk":
            give_seal(plan.username, password, authority)
    return [{"username": p.username, "label": p.label, "password": password} for p in plans]


def _open(plan: AccountPlan, password: str, unit_code: str) -> None:
    if User.objects.filter(username=plan.username).exists():
        return
    user = create_user(username=plan.username, full_name=plan.full_name, password=password)
    grant_role(
        Subject.system("demo"),
        user=user,
        role=plan.role,
        unit_code=unit_code,
        valid_from=timezone.localdate(),
        basis=BASIS,
        capacity=Capacity(title=OFFICES.get(unit_code[0], "")) if plan.role == "approver" else NO_CAPACITY,
    )


def open_person(password: str, number: str = "") -> dict[str, Any] | None:
    """An account for one of the people themself: whoever has the number, else the first by name."""
    rows = Head.objects.filter(personal_id=number) if number else Head.objects.all()
    head = rows.select_related("dossier").order_by("name_key", "pk").first()
    if head is None:
        return None
    if not User.objects.filter(username=PERSON.username).exists():
        create_user(
            username=PERSON.username, full_name=head.full_name, password=password, person_key=head.dossier.key
        )
    return {"username": PERSON.username, "label": f"{PERSON.label}: {head.full_name}", "password": password}


def trust_demo_authority(folder: Path) -> None:
    """Trust the demonstration's authority on this node, with its revocation list."""
    authority = DemoAuthority.open(folder)
    home = Path(settings.CCVC_HOME)
    store.save_trust(home, "demo-authority", [authority.issuer.cert])
    save_crls(home, [authority.crl()])


def give_signing_key(user: User, passphrase: str, folder: Path) -> None:
    """A signing key protected by a passphrase, certified by the demonstration's authority."""
    authority = DemoAuthority.open(folder)

    def issue(csr: str) -> str:
        return authority.issue_approver(
            csr, person=user.full_name, account=user.username, agency_code=settings.CCVC_AGENCY
        )

    create_software_key(user, passphrase, issue, audit=ledger.append)


def give_seal(clerk: str, passphrase: str, folder: Path) -> None:
    """The agency's seal under the clerk's passphrase, certified by the demonstration's authority."""
    authority, agency = DemoAuthority.open(folder), str(settings.CCVC_AGENCY)

    def issue(csr: str) -> str:
        return authority.issue_seal(csr, name=settings.CCVC_NAME, agency_code=agency)

    if not in_force(agency).exists():
        create_seal_key(agency, passphrase, issue, by=clerk, audit=ledger.append)
