"""Names in the glossary are names in the code; legal bases say how certain they are."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from ccvc.access.policy import Right, policy
from ccvc.standard import current
from ccvc.standard.problems import catalogue
from tests.docs.reading import ROOT, SPAN, defined, rows, text

PAGE = "docs/glossary.md"
ROWS = rows(text(PAGE))
CERTAINTY = re.compile(r"\([SKRD?](?:; [^)]+)?\)")
WORD = re.compile(r"[a-z][a-z0-9_]*\Z")


@cache
def words() -> frozenset[str]:
    """Everything that has a name in the code: definitions, arguments, short texts such as states and kinds."""
    found: set[str] = set()
    for path in (ROOT / "ccvc").rglob("*.py"):
        found |= {part for name in defined(path) for part in (name, name.rpartition(".")[2])}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.arg | ast.keyword):
                found.add(node.arg or "")
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and WORD.match(node.value):
                found.add(node.value)
    return frozenset(found)


@cache
def rooms() -> dict[str, frozenset[str]]:
    """Names defined in each room."""
    folders = [path.parent for path in (ROOT / "ccvc").glob("*/__init__.py")]
    return {f.name: frozenset().union(*(defined(path) for path in f.rglob("*.py"))) for f in folders}


def is_known(name: str) -> bool:
    standard, (head, _, tail) = current(), name.partition(".")
    if tail and head in standard.codes:
        return tail in standard.codes[head]
    if tail and head in standard.groups:
        return name in standard.fields or name in standard.tables
    if tail and head in rooms():
        return tail in rooms()[head]
    named = {*rooms(), *standard.groups, *standard.codes, *policy().roles, *(right.value for right in Right)}
    return name in named or name in catalogue() or name in words()


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_term_is_complete_and_its_names_are_in_the_code(row: list[str]) -> None:
    term, names, meaning, basis = row
    assert term
    assert meaning
    assert CERTAINTY.search(basis), f"no certainty: {basis}"
    spans = SPAN.findall(names)
    assert spans
    unknown = [name for name in spans if not is_known(name)]
    assert unknown == [] or "planned" in names


def test_no_term_stands_twice() -> None:
    terms = [row[0] for row in ROWS]
    assert len(terms) == len(set(terms))


def test_every_role_of_the_policy_has_its_word() -> None:
    shown = {span for row in ROWS for span in SPAN.findall(row[1])}
    assert set(policy().roles) - {"system"} <= shown


def test_a_lost_name_is_noticed() -> None:
    assert is_known("employment.rank")
    assert is_known("transfer_kinds.second")
    assert not is_known("employment.rang")
    assert not is_known("transfer_kinds.lend")
    assert not is_known("registry.Persona")
    assert not is_known("headcount_of_the_moon")
