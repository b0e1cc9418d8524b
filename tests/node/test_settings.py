"""The node's settings: one documented file, environment over it, unknown keys refused."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ccvc.node import home as homes
from ccvc.node.settings import NodeSettings, load
from ccvc.standard.problems import Problem


@pytest.fixture
def node_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CCVC_DATABASE_URL", "CCVC_KIND", "CCVC_AGENCY"):
        monkeypatch.delenv(name, raising=False)
    homes.create(tmp_path / "node", kind="component", agency="H41", name="Nghệ An", web_port=8123)
    monkeypatch.setenv("CCVC_HOME", str(tmp_path / "node"))
    return tmp_path / "node"


def test_the_file_says_what_every_key_means(node_home: Path) -> None:
    text = (node_home / "node.toml").read_text()
    for name, field in NodeSettings.model_fields.items():
        if name != "home":
            assert field.description is not None
            assert field.description in text
            assert f"{name} = " in text
    assert tomllib.loads(text) == {"kind": "component", "agency": "H41", "name": "Nghệ An", "web_port": 8123}


def test_environment_stands_over_the_file(node_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().web_port == 8123
    monkeypatch.setenv("CCVC_WEB_PORT", "9000")
    assert load().web_port == 9000


def test_an_unknown_key_is_refused_by_name(node_home: Path) -> None:
    homes.change_settings(node_home, web_prot=8000)
    with pytest.raises(Problem) as caught:
        load()
    assert caught.value.code == "NOD-SETTINGS"
    assert "web_prot" in caught.value.message("vi")


def test_a_home_is_not_made_twice(node_home: Path) -> None:
    with pytest.raises(Problem) as caught:
        homes.create(node_home, kind="component", agency="H41")
    assert caught.value.code == "NOD-EXISTS"


def test_keys_stand_in_a_closed_folder(node_home: Path) -> None:
    assert (node_home / "keys").stat().st_mode & 0o077 == 0
