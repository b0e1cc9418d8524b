from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.catalogues import actions, applying
from ccvc.catalogues.domain import Row
from ccvc.catalogues.models import ChangeSet
from ccvc.exchange.actions import build_packages
from ccvc.exchange.domain import handlers
from ccvc.exchange.domain.manifest import Kind
from ccvc.standard.versions import publish as put_over
from tests.exchange.nodes import COMPONENT, NATIONAL, SYSTEM, Nodes, found_nodes
from tests.people import Agency, found_agency

Publish = Callable[..., ChangeSet]


@pytest.fixture(autouse=True)
def shipped_lists() -> Iterator[None]:
    """Afterwards the process works by the shipped lists again."""
    yield
    put_over({})
    applying.in_use.laid, applying.in_use.number = applying.NOTHING, 0


@pytest.fixture
def agency(db: None, settings: Any, tmp_path: Path) -> Agency:
    settings.CCVC_AGENCY = COMPONENT
    settings.CCVC_HOME = tmp_path / "component"
    return found_agency(settings.CCVC_HOME)


@pytest.fixture
def nodes(agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nodes:
    def registering(kind: str, handler: Any) -> None:
        monkeypatch.setitem(handlers._handlers, Kind(kind), handler)

    return found_nodes(tmp_path, registering, issuer=agency.issuer)


@pytest.fixture
def publish(nodes: Nodes, django_capture_on_commit_callbacks: Any) -> Publish:
    """Publish at the national node."""

    def run(*rows: Row, list_name: str = "religions", by: Subject = SYSTEM) -> ChangeSet:
        with nodes.acting_as(NATIONAL), django_capture_on_commit_callbacks(execute=True):
            return actions.publish(by, list_name=list_name, rows=rows, basis="QĐ 9/QĐ-BNV")

    return run


@pytest.fixture
def package(nodes: Nodes) -> Callable[[], list[bytes]]:
    """What the national node has for the component; then the database is the component's, which knows nothing yet."""

    def run() -> list[bytes]:
        with nodes.acting_as(NATIONAL):
            built = build_packages(SYSTEM, COMPONENT)
        forget()
        assert standard.published() == {}
        return [bytes(outbound.data) for outbound in built]

    return run


def forget() -> None:
    """The other node's database: no change set, and a process that has only the shipped lists."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE catalogues_changeset")
    applying.refresh()
