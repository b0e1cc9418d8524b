"""What a node keeps of packages, and writes into files, tells no name to whoever reads the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ccvc.exchange.models import Inbound, Outbound
from tests.exchange.nodes import Nodes
from tests.people import approve, dossier, pass_steps, propose

pytestmark = pytest.mark.django_db
NAME, NUMBER = "Nguyễn Thị Quỳnh Trâm", "040085000001"


def kept(home: Path) -> Iterator[tuple[str, bytes]]:
    """Every package both sides keep, and every file of both homes."""
    for model in (Outbound, Inbound):
        yield from ((model.__name__, bytes(row.data)) for row in model._default_manager.all())
    yield from ((str(file), file.read_bytes()) for file in home.rglob("*") if file.is_file())


def test_no_package_kept_and_no_log_tells_a_name(
    nodes: Nodes, agency: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="ccvc")
    change = propose(agency, dossier(1, full_name=NAME))
    pass_steps(agency, [change.pk])
    approve(agency, [change.pk])
    nodes.round()
    found = list(kept(tmp_path))
    assert {"Outbound", "Inbound"} <= {what for what, _ in found}
    assert len(found) > 6
    for wanted in (NAME, NAME.encode("unicode_escape").decode(), NUMBER):
        assert [what for what, data in found if wanted.encode() in data] == []
        assert wanted not in caplog.text
