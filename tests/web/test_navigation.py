"""What the menu offers to whom."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from ccvc.access.domain import SELF, Right, Scope, Subject
from ccvc.access.policy import policy
from ccvc.web import navigation
from ccvc.web.icons import icons


def subject(*roles: str, own: bool = False) -> Subject:
    grants = tuple(Scope(role, "H38") for role in roles)
    return Subject(1, "hoa", "Nguyễn Thị Hòa", uuid4() if own else None, grants, date(2026, 11, 21))


def offered(acting: Subject | None) -> set[str]:
    return {entry.name for entry in navigation.ENTRIES if navigation.offered(entry, acting)}


def test_nobody_is_offered_the_standard_alone() -> None:
    assert offered(None) == {"web:standard"}
    assert offered(Subject.anonymous()) == {"web:standard"}


def test_a_person_without_a_role_sees_their_own_pages() -> None:
    assert offered(subject(own=True)) == {*OWN, "web:standard"}


OWN = {
    "dossiers:mine",
    "changes:mine",
    "changes:confirming",
    "access:looks",
    "decisions:mine",
    "worklists:mine",
}


@pytest.mark.parametrize("role", sorted(set(policy().roles) - {SELF}))
def test_ones_own_pages_go_with_a_dossier_whatever_the_role(role: str, settings: Any) -> None:
    settings.CCVC_KIND = "component"
    assert OWN & offered(subject(role)) == set()
    assert offered(subject(role, own=True)) >= OWN


def test_the_national_node_keeps_no_dossier_of_ones_own(settings: Any) -> None:
    settings.CCVC_KIND = "national"
    assert OWN & offered(subject("analyst", own=True)) == {"access:looks"}


def test_the_kind_of_node_decides(settings: Any) -> None:
    settings.CCVC_KIND = "national"
    assert "registry:people" in offered(subject("appraiser"))
    assert "changes:inbox" not in offered(subject("officer"))
    settings.CCVC_KIND = "component"
    assert "registry:people" not in offered(subject("appraiser"))
    assert "changes:inbox" in offered(subject("officer"))


@pytest.mark.parametrize("role", policy().roles)
def test_no_entry_without_one_of_its_rights(role: str, settings: Any) -> None:
    for kind in ("component", "national"):
        settings.CCVC_KIND = kind
        acting = subject(role)
        for entry in navigation.ENTRIES:
            if navigation.offered(entry, acting) and entry.rights:
                assert any(acting.may(right) for right in entry.rights)


def test_entries_are_declared_soundly() -> None:
    for entry in navigation.ENTRIES:
        assert entry.section in navigation.SECTIONS
        assert entry.icon in icons()
        assert set(entry.rights) <= set(Right)
        assert entry.kind in {"", "component", "national"}


def test_a_room_without_pages_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        navigation, "address", lambda entry: "/standard/" if entry.section == "standard" else ""
    )
    sections = navigation.sections(subject("officer", own=True), "/standard/codes/")
    assert [section.key for section in sections] == ["standard"]
    assert sections[0].links[0].current


def test_the_longest_address_is_the_current_one(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = {
        "dossiers:list": "/dossiers/",
        "dossiers:mine": "/dossiers/mine",
        "web:standard": "/standard/",
    }
    monkeypatch.setattr(navigation, "address", lambda entry: addresses.get(entry.name, ""))
    current = [
        link.entry.name
        for link in navigation.links(subject("officer", own=True), "/dossiers/mine")
        if link.current
    ]
    assert current == ["dossiers:mine"]
    assert not any(link.current for link in navigation.links(subject("officer"), "/design"))


def test_an_unknown_page_has_no_address() -> None:
    entry = navigation.Entry("standard", "x", "y", "nowhere:at_all", "book")
    assert navigation.address(entry) == ""
