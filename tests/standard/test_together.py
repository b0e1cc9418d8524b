"""Work shared between processes: all of them go by the same standard."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ccvc import standard
from ccvc.standard.together import together
from ccvc.standard.versions import in_use, publish, take_up

OWN = """
[[field]]
name = "parking_card"
label_vi = "Thẻ gửi xe"
type = "text"
max_length = 20
"""


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = in_use()
    yield
    take_up(before)


def nothing() -> None:
    """No preparation."""


def seen(_number: int) -> tuple[int, tuple[str, bool, str]]:
    """The process, and what it goes by."""
    now = standard.current()
    return os.getpid(), (now.version, "x_h41" in now.groups, now.codes["sex"].label("1"))


@pytest.mark.slow
def test_every_process_works_by_the_version_own_fields_and_lists_of_the_first(tmp_path: Path) -> None:
    file = tmp_path / "local-fields.toml"
    file.write_text(OWN)
    standard.choose(standard.Choice("2023-05", file, "H41"))
    publish({"sex": [replace(row, label_vi="Đàn ông") for row in standard.current().codes["sex"]]})
    answers = [*together(seen, range(6), 2, prepare=nothing, given=())]
    assert [number for number, _ in answers] == list(range(6))
    assert os.getpid() not in {process for _, (process, _) in answers}
    assert {found for _, (_, found) in answers} == {("2023-05", True, "Đàn ông")}
