"""The error type keeps its promises: words in two languages, and no code or value left undeclared."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from ccvc.standard import Problem
from ccvc.standard.problems import catalogue


def conflict() -> Problem:
    return Problem("STD-CONFLICT", where="identity.sex", label="Giới tính", found="Nam", expected="Nữ")


def test_str_is_the_vietnamese_message_with_its_values() -> None:
    assert str(conflict()) == "“Giới tính” đã được thay đổi bởi lần khác: đang là “Nam”, không phải “Nữ”."
    assert conflict().message("en").startswith("“Giới tính” was changed meanwhile")


def test_as_json_says_what_where_and_what_next() -> None:
    problem = conflict()
    assert problem.as_json() == {
        "code": "STD-CONFLICT",
        "message": str(problem),
        "where": "identity.sex",
        "next": problem.next_step("vi"),
    }


def test_an_undeclared_code_is_a_programming_error() -> None:
    with pytest.raises(KeyError, match="STD-NOWHERE"):
        Problem("STD-NOWHERE")


def test_a_missing_value_is_a_programming_error() -> None:
    with pytest.raises(KeyError, match="expected, label"):
        Problem("STD-CONFLICT", found="Nam")


def test_survives_the_way_between_processes() -> None:
    copy = pickle.loads(pickle.dumps(conflict()))
    assert copy.as_json() == conflict().as_json()
    assert copy.params == conflict().params


def test_every_declared_code_speaks_both_languages() -> None:
    for code, entry in catalogue().items():
        assert entry.vi != entry.en, code
        assert code == code.upper(), code


@pytest.mark.parametrize(
    "text", ['[A-B]\nvi = "x"', '[A-B]\nvi = ""\nnext_vi = "x"\nen = "x"\nnext_en = "x"']
)
def test_a_half_declared_code_names_its_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "room.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"room\.toml: A-B must have exactly the texts"):
        catalogue(tmp_path)


def test_a_code_declared_twice_names_the_second_file(tmp_path: Path) -> None:
    text = '[A-B]\nvi = "x"\nnext_vi = "x"\nen = "x"\nnext_en = "x"'
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"two\.toml: A-B is declared twice"):
        catalogue(tmp_path)
