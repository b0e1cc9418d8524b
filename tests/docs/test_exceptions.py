"""An exception from a rule of style is one line with its reason."""

from __future__ import annotations

import re

from tests.docs.reading import ROOT

WITHOUT_REASON = re.compile(r"# noqa(:[A-Z0-9, ]+)?$", re.MULTILINE)


def test_every_exception_has_its_reason() -> None:
    files = [
        file for folder in ("ccvc", "tests", "scripts", "bench") for file in (ROOT / folder).rglob("*.py")
    ]
    assert len(files) > 100
    assert [file for file in files if WITHOUT_REASON.search(file.read_text(encoding="utf-8"))] == []
