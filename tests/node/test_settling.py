"""A changed setting is in the ledger before the node serves anything by it."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import orjson
import pytest

from ccvc.ledger.models import Entry
from ccvc.ledger.verification import verify
from ccvc.node.cli import run
from ccvc.node.settings import load
from ccvc.node.settling import enter_settings

pytestmark = pytest.mark.django_db


def entered() -> list[dict[str, Any]]:
    rows = Entry.objects.filter(subject="settings").order_by("index")
    return [orjson.loads(row.payload) for row in rows]


def test_what_was_changed_is_entered_by_name_once(tmp_path: Path) -> None:
    assert "web_port" in enter_settings(load(home=tmp_path))
    assert enter_settings(load(home=tmp_path)) == []
    assert enter_settings(load(home=tmp_path, web_port=8123, evidence_missing="warn")) == [
        "evidence_missing",
        "web_port",
    ]
    assert [entry["changed"] for entry in entered()[1:]] == [["evidence_missing", "web_port"]]
    assert verify().ok


def test_no_secret_of_a_setting_stands_in_the_log(tmp_path: Path) -> None:
    enter_settings(load(home=tmp_path, database_url="postgresql://u:mat-khau-bi-mat@h/db"))
    assert "mat-khau-bi-mat" not in Entry.objects.get(subject="settings").payload


def test_a_file_changed_by_hand_is_entered_before_the_node_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter_settings(load(home=tmp_path))
    (tmp_path / "node.toml").write_text('evidence_missing = "refuse"\n')
    monkeypatch.setenv("CCVC_HOME", str(tmp_path))
    changed: list[list[str]] = []
    monkeypatch.setattr(run, "node_settings", lambda: load(home=tmp_path))
    monkeypatch.setattr(run, "use_home", lambda _home: None)
    monkeypatch.setattr("ccvc.node.service.ready", nullcontext)
    monkeypatch.setattr(run, "refuse_used_ports", lambda _settings: None)
    monkeypatch.setattr(run, "supervise", lambda *_: changed.append(entered()[-1]["changed"]))
    run.run(tmp_path)
    assert changed == [["evidence_missing"]]
