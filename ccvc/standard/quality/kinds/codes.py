"""Codes that were closed: of single values, and of places whose province is another one since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from ccvc.standard.documents import Difference
from ccvc.standard.fields import Standard
from ccvc.standard.patterns import PLACE_LIST
from ccvc.standard.quality.case import Asked, Case, Found, Place, first_day
from ccvc.standard.quality.declaring import Rule
from ccvc.standard.quality.kinds.making import Check, Make, mended, places


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
    """A place of today whose province has another code since; the code and its date change, the text does not."""
    looked_at, codes = places(rule), standard.codes[PLACE_LIST]

    def check(case: Case) -> Iterator[Found]:
        for place in looked_at:
            value = case.value(place)
            day = (
                first_day(value["code_date"])
                if value and value.get("code") and value.get("code_date")
                else None
            )
            row = codes.get(value["code"], day) if day else None
            if day is None or row is None or row.valid_to is None or row.valid_to >= case.on:
                continue
            heirs = codes.successors(row.code, day)
            since = row.valid_to + timedelta(days=1)
            suggestion: tuple[Difference, ...] = ()
            if len(heirs) == 1 and codes.valid(heirs[0], case.on):
                new = {**value, "code": heirs[0], "code_date": since.isoformat()}
                suggestion = mended(place.path, value, new)
            yield Found(place.path, {"codes": row.label_vi, "first": value["code"]}, suggestion)

    return check


KINDS: Mapping[str, Make] = {"closed": closed, "moved": moved}
