"""The national catalogue, and a province with two departments."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ccvc.access.actions import grant_role
from ccvc.access.domain import Scope, Subject
from ccvc.accounts.models import User
from ccvc.organisations.actions import load_catalogue, open_unit
from ccvc.organisations.actions.reorganising import Signing
from ccvc.organisations.domain.statements import PURPOSE
from ccvc.signing import certificates, revocation, store
from ccvc.signing.actions import sign_batch, unlock
from tests import people
from tests.again import again

SYSTEM = Subject.system("tests")
BASIS = "QĐ 12/2026/QĐ-UBND"
OPENED = date(2026, 1, 1)
TODAY = date(2026, 11, 21)
UNITS = (
    ("H41.12", "Sở Nội vụ", "H41"),
    ("H41.12.01", "Văn phòng Sở Nội vụ", "H41.12"),
    ("H41.12.01.A", "Tổ văn thư", "H41.12.01"),
    ("H41.20", "Sở Y tế", "H41"),
)


def acting(*grants: tuple[str, str], on: date = TODAY) -> Subject:
    """An account with these roles on these units."""
    scopes = tuple(Scope(role, unit, OPENED) for role, unit in grants)
    return Subject(5, "ai", "Ai", None, scopes, on, "request-1")


@pytest.fixture
def catalogue(db: None) -> None:
    """The agencies of the nation."""
    people.found_catalogue()


@pytest.fixture
def province(db: None, tmp_path: Path, settings: Any) -> None:
    """H41 with its units from 1 January 2026, and an approver who has a key."""
    settings.CCVC_HOME, settings.CCVC_AGENCY = tmp_path, "H41"
    again("province", tmp_path, lambda: _province(tmp_path))


def _province(home: Path) -> None:
    load_catalogue()
    for code, name, parent in UNITS:
        open_unit(SYSTEM, code=code, name=name, parent_code=parent, kind="department", on=OPENED, basis=BASIS)
    keyed(home)


def keyed(home: Path) -> None:
    """The approver of H41, who has a key."""
    head = User.objects.create(username="duyet", full_name="Người duyệt")
    grant_role(SYSTEM, user=head, role="approver", unit_code="H41", valid_from=OPENED, basis=BASIS)
    agency = people.Agency({"duyet": head}, certificates.create_authority("Test authority"))
    assert agency.issuer is not None
    store.save_trust(home, "test", [agency.issuer.cert])
    store.save_crl(home, "test", revocation.crl(agency.issuer))
    people.give_key(agency, "duyet")


def signing() -> Signing:
    """The approver's key, opened."""
    head = User.objects.get(username="duyet")
    return partial(sign_batch, head, unlock(head, people.PASSPHRASE), agency="H41", purpose=PURPOSE)
