"""Every command, target and setting the pages name is one the program has."""

from __future__ import annotations

import itertools
import re
import shlex
from typing import Any

import pytest
import typer

from ccvc.node.cli.application import app
from ccvc.node.demo.plan import COMPONENT_ACCOUNTS, NATIONAL_ACCOUNTS, NODES, PERSON
from ccvc.node.settings import NodeSettings
from tests.docs.reading import PAGES, ROOT, scripts, spans, text

PROGRAM = typer.main.get_command(app)  # the package of the application loads every command
COMMAND = re.compile(r"(?:^ *|\bbin/)ccvc ([^#;&|>]+)")
OTHER_SETTINGS = {"CCVC_HOME"}


def commands(page: str) -> list[str]:
    """What follows `ccvc`, in blocks of commands and in code font."""
    lines = [*scripts(page), *spans(page)]
    return [found[1].strip() for line in lines if (found := COMMAND.search(line))]


def unknown_in(command: str) -> str:
    """The first word of a command the program does not have; empty where all is well."""
    found: Any = PROGRAM
    own = itertools.takewhile(
        lambda word: word != "--", shlex.split(command)
    )  # what follows is another program's
    words = [word.split("=")[0] for word in own]
    while hasattr(found, "commands") and words and not words[0].startswith("-"):
        if words[0] not in found.commands:
            return words[0]
        found = found.commands[words.pop(0)]
    options = {name for option in found.params for name in (*option.opts, *option.secondary_opts)} | {
        "--help"
    }
    return next((word for word in words if word.startswith("-") and word not in options), "")


def leaves() -> list[str]:
    """Every command by its whole name."""
    groups: dict[str, Any] = vars(PROGRAM)["commands"]
    shown = {name: getattr(one, "commands", {}) for name, one in groups.items() if not one.hidden}
    return [f"{name} {inner}".strip() for name, inside in shown.items() for inner in (inside or [""])]


@pytest.mark.parametrize("page", PAGES)
def test_commands_are_the_programs_own(page: str) -> None:
    assert {command: wrong for command in commands(page) if (wrong := unknown_in(command))} == {}


def test_a_wrong_command_is_noticed() -> None:
    assert unknown_in("exchange send --home x") == ""
    assert unknown_in("exchange push") == "push"
    assert unknown_in("ledger verify --every") == "--every"


def test_the_guide_to_running_a_node_shows_every_command() -> None:
    shown = [" ".join(command.split()[:2]) for command in commands("docs/running-a-node.md")]
    wanted = [name for name in leaves() if name not in {"demo", "standard show"}]
    assert [name for name in wanted if not any(seen.startswith(name) for seen in shown)] == []


@pytest.mark.parametrize("page", PAGES)
def test_targets_are_the_makefiles_own(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        m for code in [*scripts(page), *spans(page)] for m in re.findall(r"(?:^|\s)make ([a-z-]+)", code)
    }
    assert named - targets == set()


@pytest.mark.parametrize("page", PAGES)
def test_settings_are_the_nodes_own(page: str) -> None:
    known = {f"CCVC_{name.upper()}" for name in NodeSettings.model_fields} | OTHER_SETTINGS
    assert set(re.findall(r"\bCCVC_[A-Z][A-Z_]+\b", text(page))) - known == set()


@pytest.mark.parametrize("page", ["README.md", "README.vi.md"])
def test_the_addresses_and_accounts_of_the_demonstration(page: str) -> None:
    shown = text(page)
    for node in NODES:
        assert f"http://127.0.0.1:{node.port}" in shown
        assert node.agency in shown
    for account in (*COMPONENT_ACCOUNTS, *NATIONAL_ACCOUNTS, PERSON):
        assert f"`{account.username}`" in shown
