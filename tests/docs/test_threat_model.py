"""docs/threat-model.md: every claim names the test that proves it, and the test is there and runs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.docs.reading import ROOT, rows, section, text

PAGE = "docs/threat-model.md"
PROOF = re.compile(r"`(tests/[\w/]+\.py):((?:\w+\.)?test_\w+)(?:\[([^\]`]+)\])?`")
CLAIM = re.compile(r"[A-Z]\d+")
STATES = {"proved", "partly", "not yet"}
FEWEST = 110


def claims() -> dict[str, str]:
    """What stands in the last cell of every claim, by its number."""
    found = [row for row in rows(section(PAGE, "Claims")) if CLAIM.fullmatch(row[0])]
    assert len({row[0] for row in found}) == len(found), "a number stands twice"
    return {row[0]: row[-1] for row in found}


REFUSALS = ROOT / "tests" / "problems.py"
"""Whose functions any file of tests may call."""


def lost(cell: str) -> list[str]:
    """Tests a cell names that are not there, never run, or cannot fail."""
    return [f"{file}:{name}" for file, name, case in PROOF.findall(cell) if not proves(file, name, case)]


def proves(file: str, name: str, case: str = "") -> bool:
    """Whether a test is defined, runs always, can fail, and is asked with the case named, if one is."""
    path = ROOT / file
    test = kept_in(path).get(name) if path.is_file() else None
    if test is None or skipped(test.decorator_list):
        return False
    return can_fail(test, functions(REFUSALS) | functions(path)) and (not case or case in cases(test))


@cache
def module(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def functions(path: Path) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in module(path).body if isinstance(node, ast.FunctionDef)}


@cache
def kept_in(path: Path) -> dict[str, ast.FunctionDef]:
    """Tests of a file by name; those of a class as Class.name; none where the whole file is skipped."""
    body = module(path).body
    marks = [node.value for node in body if isinstance(node, ast.Assign) and _is_mark(node)]
    if skipped([one for mark in marks for one in (mark.elts if isinstance(mark, ast.List) else [mark])]):
        return {}
    held = {
        f"{node.name}.{inner.name}": inner
        for node in body
        if isinstance(node, ast.ClassDef) and not skipped(node.decorator_list)
        for inner in node.body
        if isinstance(inner, ast.FunctionDef)
    }
    return functions(path) | held


def _is_mark(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)


def skipped(marks: list[ast.expr]) -> bool:
    """Whether a mark takes a test out on every machine, or lets it fail."""
    return any(re.match(r"pytest\.mark\.(skip\b|xfail)", ast.unparse(mark)) for mark in marks)


def can_fail(
    test: ast.FunctionDef, beside: dict[str, ast.FunctionDef], seen: frozenset[str] = frozenset()
) -> bool:
    """Whether a test asserts or expects a refusal, itself or through a function beside it."""
    for node in ast.walk(test):
        if isinstance(node, ast.Assert) or (isinstance(node, ast.Attribute) and node.attr == "raises"):
            return True
        called = node.id if isinstance(node, ast.Name) else ""
        if called in beside and called not in seen and can_fail(beside[called], beside, seen | {called}):
            return True
    return False


def cases(test: ast.FunctionDef) -> set[str]:
    """Texts of the cases a test is asked with."""
    marks = [mark for mark in test.decorator_list if "parametrize" in ast.unparse(mark)]
    nodes = [node for mark in marks for node in ast.walk(mark)]
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def forty() -> Iterator[tuple[int, str, str, str]]:
    """Number, claim, state, proofs and what is lacking, of each claim of comparable systems."""
    for number, claim, state, said in rows(section(PAGE, "The forty claims of comparable systems")):
        yield int(number), claim, state, said


def test_every_claim_names_a_test_that_is_there() -> None:
    said = claims()
    assert len(said) >= FEWEST
    assert [number for number, cell in said.items() if not PROOF.search(cell)] == []
    assert {number: lost(cell) for number, cell in said.items() if lost(cell)} == {}


def test_every_reference_to_a_test_is_read() -> None:
    """A proof written in another form would be checked by nobody."""
    written = re.findall(r"`tests/[^`]+\.py:[^`]+`", text(PAGE))
    assert [one for one in written if not PROOF.fullmatch(one)] == []
    assert lost(text(PAGE)) == []


def test_the_forty_claims_of_comparable_systems_are_all_answered() -> None:
    said = list(forty())
    assert [number for number, *_ in said] == list(range(1, 41))
    for number, claim, state, proofs in said:
        assert len(claim) > 20, number
        assert state in STATES, number
        assert (state == "not yet") != bool(PROOF.search(proofs)), number
        rest = PROOF.sub("", proofs).strip(" ,·.")
        assert state == "proved" or len(rest) > 20, f"{number}: what is lacking is not said"


def test_every_invariant_is_claimed() -> None:
    said = [row for row in rows(section(PAGE, "The nine invariants")) if row[0].isdigit()]
    assert [row[0] for row in said] == [str(n) for n in range(1, 10)]
    numbers = claims()
    for invariant, _, by in said:
        named = re.findall(r"\b[A-Z]\d+\b", by)
        assert named, invariant
        assert [one for one in named if one not in numbers] == [], invariant


def test_every_actor_is_answered_by_claims() -> None:
    numbers = claims()
    actors = rows(section(PAGE, "Who is against it"))
    assert len(actors) >= 8
    for who, _, held, left in actors:
        assert [one for one in re.findall(r"\b[A-Z]\d+\b", held) if one not in numbers] == [], who
        assert re.search(r"\b[A-Z]\d+\b", held), who
        assert len(left) > 20, f"{who}: what is left is not said"


@pytest.mark.parametrize(
    "gone",
    [
        ("tests/ledger/test_verify.py", "test_that_was_never_written", ""),
        ("tests/ledger/test_nowhere.py", "test_an_untouched_log_fits", ""),
        ("tests/intake/test_databases.py", "TestWatermark.test_gone", ""),
        ("tests/access/test_matrix.py", "test_each_role_meets_at_each_route_what_is_theirs", "no such case"),
    ],
)
def test_a_lost_test_is_noticed(gone: tuple[str, str, str]) -> None:
    assert not proves(*gone)


def test_what_is_there_is_found_also_in_classes_and_by_case() -> None:
    here = "tests/docs/test_threat_model.py"
    assert proves("tests/intake/test_databases.py", "TestWatermark.test_a_dry_run_does_not_advance_it")
    assert proves(here, "test_a_lost_test_is_noticed", "TestWatermark.test_gone")


@pytest.mark.parametrize(
    "source",
    [
        "def test_it():\n    act()\n",
        "@pytest.mark.skip\ndef test_it():\n    assert act()\n",
        "@pytest.mark.xfail(strict=False)\ndef test_it():\n    assert act()\n",
        "pytestmark = pytest.mark.skip\ndef test_it():\n    assert act()\n",
        "pytestmark = [pytest.mark.django_db, pytest.mark.skip('x')]\ndef test_it():\n    assert act()\n",
    ],
)
def test_what_cannot_fail_proves_nothing(tmp_path: Path, source: str) -> None:
    file = tmp_path / "test_it.py"
    file.write_text(source)
    assert not proves(str(file), "test_it")


def test_what_fails_through_a_function_of_its_file_proves(tmp_path: Path) -> None:
    file = tmp_path / "test_it.py"
    file.write_text("def refuse(x):\n    assert x\n\ndef test_it():\n    refuse(1)\n")
    assert proves(str(file), "test_it")
