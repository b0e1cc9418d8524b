"""Fixed people with fixed powers, on the catalogue's H41 and a few units of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from ccvc.access import actions
from ccvc.access.domain import Subject
from ccvc.access.selectors import subject_of
from ccvc.accounts.models import User
from ccvc.organisations.actions import load_catalogue, open_unit
from tests.again import again

PASSWORD = "bốn-con-voi-đi-bộ"
OPENED = date(2026, 1, 1)
BASIS = "QĐ 01/QĐ-SNV ngày 02/01/2026"
UNITS = (
    ("H41.12", "Sở Nội vụ", "H41"),
    ("H41.12.01", "Văn phòng Sở Nội vụ", "H41.12"),
    ("H41.20", "Sở Y tế", "H41"),
    ("H38.12", "Sở Nội vụ", "H38"),
)
POWERS = {
    "owner": (),
    "colleague": (),
    "officer": (("officer", "H41.12"),),
    "verifier": (("verifier", "H41.12"),),
    "stranger": (("officer", "H38"),),
    "administrator": (("administrator", "H41"),),
    "second_administrator": (("administrator", "H41"),),
    "inspector": (("inspector", "H41"),),
    "analyst": (("analyst", "*"),),
}


@dataclass(frozen=True)
class People:
    """Accounts by what they are; the owner and the colleague have dossiers."""

    users: dict[str, User]

    def __getitem__(self, name: str) -> User:
        return self.users[name]

    def subject(self, name: str, on: date | None = None) -> Subject:
        return subject_of(self.users[name], on=on)

    def key(self, name: str) -> UUID:
        key = self.users[name].person_key
        assert key is not None
        return key


def settle() -> People:
    """The catalogue, the units and everybody with their grants."""
    again("people", None, _settle)
    return People({user.username: user for user in User.objects.all()})


def _settle() -> None:
    system = Subject.system("tests")
    load_catalogue()
    for code, name, parent in UNITS:
        open_unit(system, code=code, name=name, parent_code=parent, kind="department", on=OPENED, basis=BASIS)
    users = {name: _account(name) for name in POWERS}
    for name, grants in POWERS.items():
        for role, unit in grants:
            actions.grant_role(
                system, user=users[name], role=role, unit_code=unit, valid_from=OPENED, basis=BASIS
            )


def _account(name: str) -> User:
    key = uuid4() if name in {"owner", "colleague"} else None
    return User.objects.create(username=name, full_name=f"Họ tên {name}", person_key=key)
