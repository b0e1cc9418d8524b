"""Codes that were closed: of single values, and of places whose unit ended since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from ccvc.standard.documents import Difference
from ccvc.standard.fields import Standard
from ccvc.standard.places import units
from ccvc.standard.quality.case import Asked, Case, Found, Place
from ccvc.standard.quality.declaring import Rule
from ccvc.standard.quality.kinds.making import Check, Make, mended
from ccvc.standard.quality.kinds.making import places as given_places


def closed(_rule: Rule, _asked: Asked, standard: Standard) -> Check:
    """A code no longer in force on the day; the one successor, where there is one, is what it should be."""
    coded = [
        (Place.of(field.path), standard.codes[field.code_list or ""])
        for field in standard.fields.values()
        if field.type == "code" and not field.table
    ]
    watched = [(place, codes) for place, codes in coded if any(row.valid_to for row in codes)]

    def check(case: Case) -> Iterator[Found]:
        for place, codes in watched:
            code = case.value(place)
            if code is None or code not in codes or codes.valid(code, case.on):
                continue
            heirs = [heir for heir in codes.successors(code) if codes.valid(heir, case.on)]
            suggestion = mended(place.path, code, heirs[0]) if len(heirs) == 1 else ()
            yield Found(place.path, {"codes": codes.label(code)}, suggestion)

    return check


def moved(rule: Rule, _asked: Asked, standard: Standard) -> Check:
    """A place of today whose unit ended; where one stands in its place, code and date change, the text does not."""
    looked_at = given_places(rule)

    def check(case: Case) -> Iterator[Found]:
        for place in looked_at:
            value = case.value(place)
            unit = units.in_words(standard, value) if value and value.get("code") else None
            heir = units.heirs(standard, unit, case.on) if unit else None
            if unit is None or heir is None:
                continue
            suggestion: tuple[Difference, ...] = ()
            if heir.exact and len(heir.units) == 1:
                day = unit.row.valid_to or case.on
                code = heir.units[0].row.code
                new = {**value, "code": code, "code_date": (day + timedelta(days=1)).isoformat()}
                suggestion = mended(place.path, value, new)
            yield Found(place.path, {"codes": unit.row.label_vi, "first": value["code"]}, suggestion)

    return check


KINDS: Mapping[str, Make] = {"closed": closed, "moved": moved}
