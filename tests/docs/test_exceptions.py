"""An exception from a rule of style or of types is one line with its reason."""

from __future__ import annotations

import re

import pytest

from tests.docs.reading import ROOT

WITHOUT_REASON = [r"# noqa(:[A-Z0-9, ]+)?$", r"# type: ignore(\[[a-z, -]+\])?$"]


@pytest.mark.parametrize("mark", WITHOUT_REASON)
def test_every_exception_has_its_reason(mark: str) -> None:
    files = [
        file for folder in ("ccvc", "tests", "scripts", "bench") for file in (ROOT / folder).rglob("*.py")
    ]
    assert len(files) > 100
    found = re.compile(mark, re.MULTILINE)
    assert [file for file in files if found.search(file.read_text(encoding="utf-8"))] == []
