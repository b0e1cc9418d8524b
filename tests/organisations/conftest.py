"""The national catalogue, and a province with two departments."""

from __future__ import annotations

from datetime import date

import pytest

from ccvc.access.domain import Scope, Subject
from ccvc.organisations.actions import load_catalogue, open_unit
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
def province(db: None) -> None:
    """H41 with its units from 1 January 2026."""
    again("province", None, _province)


def _province() -> None:
    load_catalogue()
    for code, name, parent in UNITS:
        open_unit(SYSTEM, code=code, name=name, parent_code=parent, kind="department", on=OPENED, basis=BASIS)
