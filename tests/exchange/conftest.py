from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ccvc.exchange.domain import handlers
from ccvc.exchange.domain.manifest import Kind
from tests.exchange.nodes import COMPONENT, Nodes, found_nodes
from tests.people import Agency, dossier, found_agency, pass_steps, propose
from tests.people import approve as approve_changes


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "component"


@pytest.fixture
def agency(db: None, settings: Any, home: Path) -> Agency:
    """The component with its people; its home is the one the nodes use."""
    settings.CCVC_AGENCY = COMPONENT
    settings.CCVC_HOME = home
    return found_agency(home)


@pytest.fixture
def nodes(agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nodes:
    def registering(kind: str, handler: Any) -> None:
        monkeypatch.setitem(handlers._handlers, Kind(kind), handler)

    return found_nodes(tmp_path, registering, issuer=agency.issuer)


@pytest.fixture
def approve(agency: Agency, nodes: Nodes) -> Any:
    """Approve new dossiers, in one batch: `approve(3)` gives three people more."""
    made = iter(range(1, 10_000))

    def run(count: int, *, together: bool = True) -> list[Any]:
        with nodes.acting_as(COMPONENT):
            ids = [propose(agency, dossier(next(made))).pk for _ in range(count)]
            pass_steps(agency, ids)
            if together:
                return approve_changes(agency, ids)
            return [version for pk in ids for version in approve_changes(agency, [pk])]

    return run
