"""What is plainly right is passed over at a glance: that must hide nothing a close look would find."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings

from ccvc.standard import Document, Finding, Standard, current, sense, shapes
from tests.standard import tiny
from tests.standard.strategies import spoilt

DAYS = (date(2005, 5, 5), date(2026, 11, 21), date(2030, 1, 1))


def findings(document: Document, standard: Standard) -> list[list[Finding]]:
    refused = {one.path for one in shapes.of_document(document, standard)}
    return [list(sense.of_document(document, standard, on, refused)) for on in DAYS]


def looked_at_closely(document: Document, standard: Standard) -> list[list[Finding]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sense, "_glance", lambda *_: lambda _value: False)
        sense._watches.cache_clear()
        found = findings(document, standard)
    sense._watches.cache_clear()
    return found


@settings(deadline=None, max_examples=30)
@given(document=spoilt())
def test_a_glance_hides_nothing(document: Document) -> None:
    assert findings(document, current()) == looked_at_closely(document, current())


@settings(deadline=None, max_examples=100)
@given(document=spoilt(tiny.standard()))
def test_a_glance_hides_nothing_of_any_type(document: Document) -> None:
    assert findings(document, tiny.standard()) == looked_at_closely(document, tiny.standard())


def test_each_spelling_of_a_name_is_looked_at_whatever_was_seen_before() -> None:
    for name, codes in (("Nguyễn An", []), ("Nguye\u0302\u0303n An", ["STD-NFC"]), ("Nguyễn An", [])):
        found = sense.of_document({"identity": {"full_name": name}}, current(), DAYS[1], ())
        assert [one.code for one in found if one.path == "identity.full_name"] == codes
