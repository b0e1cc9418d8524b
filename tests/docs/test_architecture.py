"""docs/architecture.md is a map of the house as it stands: its rooms, its floors, its tables, its proofs."""

from __future__ import annotations

import re
import tomllib

from django.apps import apps

from tests.docs.reading import REFERENCE, ROOT, rows, section, text

PAGE = "docs/architecture.md"
ROOM = re.compile(r"^#### `(\w+)`", re.MULTILINE)
FEWEST_WORDS = 40


def described() -> list[str]:
    return ROOM.findall(section(PAGE, "Rooms and floors"))


def floors() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    return next(contract["layers"] for contract in contracts if contract["id"] == "floors")


def test_every_room_is_described() -> None:
    house = {path.parent.name for path in (ROOT / "ccvc").glob("*/__init__.py")}
    assert house - set(described()) == set()
    for room in described():
        words = section(PAGE, f"`{room}`").split()
        assert len(words) >= FEWEST_WORDS, room


def test_the_floors_are_those_the_linter_keeps() -> None:
    assert described() == floors()


def test_each_step_of_the_way_of_a_fact_names_its_function() -> None:
    steps = [row for row in rows(section(PAGE, "The way of a fact")) if row[0][0].isdigit()]
    assert [int(step[0].split()[0]) for step in steps] == list(range(1, len(steps) + 1))
    assert len(steps) > 25
    for step in steps:
        assert any(name for _, name in REFERENCE.findall(step[-1])), step


def test_each_invariant_names_where_it_is_kept_and_what_proves_it() -> None:
    invariants = rows(section(PAGE, "The nine invariants"))
    assert [invariant[0] for invariant in invariants] == [str(n) for n in range(1, 10)]
    for _, said, kept, proved in invariants:
        assert REFERENCE.search(kept), said
        proofs = REFERENCE.findall(proved)
        assert proofs, said
        assert all(path.startswith("tests/") and name.startswith("test_") for path, name in proofs), said


def test_every_table_of_the_database_stands_in_the_data_model() -> None:
    shown = section(PAGE, "The data model")
    ours = [model for model in apps.get_models() if model.__module__.startswith("ccvc.")]
    missing = [f"{m._meta.app_label}.{m.__name__}" for m in ours]
    assert [name for name in missing if not re.search(rf"\b{re.escape(name)}\b", shown)] == []


def test_every_row_of_the_locks_names_its_function() -> None:
    for row in rows(section(PAGE, "Locks and their order")):
        assert REFERENCE.search(row[-1]), row


def test_the_page_stays_one_a_person_reads() -> None:
    assert len(text(PAGE).splitlines()) < 780
