"""A seeded sample of hostile inputs at every reader, and each input that once did what none may."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz import archives, plan
from tests.fuzz.target import Failure, read, tried
from tests.fuzz.world import founded

FOUND = sorted((Path(__file__).parent / "found").glob("*.json"))
SEED, SAMPLE = 20261121, 900
FEWER = {"workbook": 400, "rows as text": 500, "document": 500}
PURE, STORED = (
    [name for name, target in plan.TARGETS.items() if target.stored is stored] for stored in (False, True)
)


@pytest.fixture(autouse=True)
def without_warnings() -> Iterator[None]:
    """Libraries warn of certificates and archives that nobody should make; here they are made."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(scope="module")
def nodes(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """A component and a national node; everything is undone at the end of the module."""
    with django_db_blocker.unblock(), founded(tmp_path_factory.mktemp("nodes")):
        yield


@pytest.mark.parametrize("name", PURE)
def test_hostile_inputs_are_taken_or_refused_with_a_code(name: str) -> None:
    refuse_failures(name)


@pytest.mark.django_db
@pytest.mark.parametrize("name", STORED)
def test_hostile_inputs_are_kept_whole_or_leave_nothing(nodes: None, name: str) -> None:
    refuse_failures(name)


def refuse_failures(name: str) -> None:
    """Try a target's part of the sample; speed is judged in the long run, not here."""
    target = plan.TARGETS[name]
    said = [tried(target, target.drawn(SEED, n)) for n in range(plan.counts(FEWER.get(name, SAMPLE))[name])]
    wrong = {
        f.signature: f.details for f in said if isinstance(f, Failure) and not f.signature.startswith("slow")
    }
    assert wrong == {}


def test_the_sample_reaches_what_lies_behind_the_first_refusal() -> None:
    """A reader that refused everything at its door would be tried by nobody."""
    target = plan.TARGETS["package"]
    said = {str(tried(target, target.drawn(SEED, n))) for n in range(40)}
    assert len({code for code in said if code.startswith("EXC-")}) >= 4
    assert "opened" in said


@pytest.mark.django_db
@pytest.mark.parametrize("file", FOUND, ids=lambda f: f.stem)
def test_what_was_found_stays_mended(nodes: None, file: Path) -> None:
    name, given = read(file.read_text())
    assert not isinstance(said := tried(plan.TARGETS[name], given), Failure), said.details


def test_the_sample_of_hand_overs_reaches_every_proof() -> None:
    target = plan.TARGETS["handover"]
    said = {str(tried(target, target.drawn(SEED, n))) for n in range(120)}
    assert said >= {"opened", "TRF-DAMAGED", "TRF-CHAIN", "TRF-LAST", "TRF-SIGNATURE", "TRF-DOCUMENT"}


def test_a_small_file_that_would_be_a_huge_table_is_refused() -> None:
    said = {what: tried(plan.TARGETS["workbook"], {"raw": raw}) for what, raw in archives.far_cells().items()}
    assert {what: str(code)[:4] for what, code in said.items()} == dict.fromkeys(said, "INT-")
