"""Numbers as people write them: decimals with comma or point, thousands parted, a unit behind."""

from __future__ import annotations

import re
from decimal import Decimal

from ccvc.intake.cells.results import Raw, Refused, text_of
from ccvc.standard.fields import Field
from ccvc.standard.values import decimal_text

_UNIT = re.compile(r"\s*(?:%|đồng|vnđ|vnd|đ|cm|kg|m2|m²)$", re.IGNORECASE)
_WHOLE = re.compile(r"-?\d+(?:[.,]0{1,2})?")
_THOUSANDS = re.compile(r"-?\d{1,3}(?:([., ])\d{3})(?:\1\d{3})*")
_POINT = re.compile(r"-?\d+(?:[.,]\d+)?")
_BOTH = re.compile(r"-?\d{1,3}(?:([.,])\d{3})+(?!\1)[.,]\d+")
_LONGEST_WHOLE = 24  # with a sign, parted thousands and ",00" behind
_DUST = Decimal("1e-9")  # what binary fractions leave behind: 2.3400000000000003


def to_integer(raw: Raw) -> int | Refused:
    """A whole number."""
    if isinstance(raw, float) and not raw.is_integer():
        return Refused("INT-INTEGER")
    text = _UNIT.sub("", text_of(raw).strip())
    if len(text) > _LONGEST_WHOLE:
        return Refused("INT-INTEGER")
    if _WHOLE.fullmatch(text):
        return int(re.split("[.,]", text)[0])
    if _THOUSANDS.fullmatch(text):
        return int(re.sub("[., ]", "", text))
    return Refused("INT-INTEGER")


def to_decimal(raw: Raw, *, field: Field) -> str | Refused:
    """A number with the field's declared places, as text."""
    number = _decimal(raw)
    places, digits = field.places or 0, field.digits or 0
    if number is None or abs(number) > Decimal(10) ** digits:
        return Refused("INT-DECIMAL", _shape(digits, places))
    rounded = round(number, places)
    too_fine = abs(number - rounded) > _DUST
    if too_fine or abs(rounded) >= Decimal(10) ** (digits - places):
        return Refused("INT-DECIMAL", _shape(digits, places))
    return decimal_text(field, rounded)


def _shape(digits: int, places: int) -> dict[str, str]:
    return {"whole": str(digits - places), "places": str(places)}


def _decimal(raw: Raw) -> Decimal | None:
    text = _UNIT.sub("", text_of(raw).strip())
    if _POINT.fullmatch(text):
        return Decimal(text.replace(",", "."))
    if _BOTH.fullmatch(text):
        whole, fraction = re.split(r"[.,](?=\d+$)", text)
        return Decimal(f"{re.sub('[.,]', '', whole)}.{fraction}")
    return None
