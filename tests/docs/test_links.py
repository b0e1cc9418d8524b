"""Every page leads somewhere: to pages, to files, to names in the code."""

from __future__ import annotations

import pytest

from tests.docs.reading import PAGES, ROOT, Reference, anchors, defined, links, references, text


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_pages_and_headings_that_are_there(page: str) -> None:
    folder = (ROOT / page).parent
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (folder / path).resolve() if path else ROOT / page
        assert target.exists(), f"{page}: {link}"
        if anchor:
            assert anchor in anchors(str(target.relative_to(ROOT))), f"{page}: {link}"


@pytest.mark.parametrize("page", PAGES)
def test_every_place_named_in_the_code_is_there(page: str) -> None:
    lost = [str(reference) for reference in references(page) if not leads_somewhere(reference)]
    assert lost == []


def leads_somewhere(reference: Reference) -> bool:
    path = ROOT / reference.path
    if not reference.name:
        return path.is_dir() if reference.path.endswith("/") else path.exists()
    return path.is_file() and reference.name in defined(path)


def test_a_lost_place_is_noticed() -> None:
    assert leads_somewhere(Reference("", "ccvc/standard/documents.py", "diff"))
    assert leads_somewhere(Reference("", "ccvc/standard/problems.py", "Problem.as_json"))
    assert not leads_somewhere(Reference("", "ccvc/standard/documents.py", "difff"))
    assert not leads_somewhere(Reference("", "ccvc/standard/nowhere.py", ""))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_one_title_and_ends_with_a_newline(page: str) -> None:
    found = text(page)
    outside = [line for line in found.split("```")[::2] for line in line.splitlines()]
    assert sum(line.startswith("# ") for line in outside) == 1
    assert found.endswith("\n")
    assert not found.endswith("\n\n")
