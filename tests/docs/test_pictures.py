"""Pictures of pages: each page has a number of its own, under which its pictures are found."""

from __future__ import annotations

import json
from collections import defaultdict

from tests.docs.reading import ROOT

PICTURES = ROOT / "docs" / "screenshots"


def test_every_page_has_a_number_of_its_own() -> None:
    pages = json.loads((PICTURES / "pages.json").read_text(encoding="utf-8"))["pages"]
    listed = [page["name"] for page in pages]
    taken = {file.stem.rpartition("-")[0] for file in PICTURES.glob("*.png")}
    assert len(listed) == len(set(listed))
    numbers = defaultdict(set)
    for name in taken.union(listed):
        numbers[name.partition("-")[0]].add(name)
    assert not [names for names in numbers.values() if len(names) > 1]
