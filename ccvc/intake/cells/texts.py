"""Words: free text, the words for "no value", yes and no, identification numbers."""

from __future__ import annotations

import re

from ccvc.intake.cells.results import Noted, Raw, Refused, text_of
from ccvc.standard.fields import Field
from ccvc.standard.names import plain, visible
from ccvc.standard.patterns import exact

_BLANK = re.compile(r"[\s\-–—.…/_]*")
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|GETTING_DATA)", re.IGNORECASE)
_STATE_WORDS = {
    "none": ("khong", "khong co", "chua", "chua co"),
    "unknown": ("khong ro", "chua ro", "khong biet", "khong nho", "chua xac dinh"),
    "withheld": ("khong cung cap", "tu choi cung cap", "khong ke khai"),
}
_STATES = {word: state for state, words in _STATE_WORDS.items() for word in words}
_YES, _NO = (
    {"x", "co", "1", "true", "dung", "yes", "v", "✓"},
    {"khong", "0", "false", "sai", "no", "khong co"},
)
_FIRST_LETTERS = {word[0] for word in _STATES}
_LONGEST_STATE = max(map(len, _STATES)) * 2  # marks typed apart make a text longer
_BETWEEN_DIGITS = re.compile(r"[\s.\-']")
ID_DIGITS = 12
_OLD_ID_DIGITS = 9
_PHONE_WITHOUT_ZERO = re.compile(r"[2-9]\d{8,9}")
_ZEROS_EXCEL_TAKES = 2  # numbers of the provinces 001 to 096 begin with one or two zeros


def is_blank(text: str) -> bool:
    """Whether a cell says nothing: spaces, dashes, dots."""
    return not text[:1].isalnum() and _BLANK.fullmatch(text) is not None


def is_error(text: str) -> bool:
    """Whether a formula gave an error instead of a value."""
    return text.startswith("#") and _ERROR.fullmatch(text) is not None


def state_of_words(text: str) -> str | None:
    """The state meant by "Không", "Không rõ", "Không cung cấp"; None for anything else."""
    if len(text) > _LONGEST_STATE or text.lstrip()[:1].lower() not in _FIRST_LETTERS:
        return None
    return _STATES.get(plain(text))


def to_text(raw: Raw, *, pattern: re.Pattern[str] | None) -> str | Noted:
    """One line of text; where the field has a pattern, signs and zeros that spreadsheets change are mended.

    A text that still does not fit is handed on: the standard's own check says what is wrong with it.
    """
    text = " ".join(clean(text_of(raw)).split())
    if pattern is None:
        return text
    return _mended(text, pattern, number=not isinstance(raw, str))


def to_phone(raw: Raw, *, pattern: re.Pattern[str] | None) -> str | Noted:
    """A telephone number; one kept as a number has lost its leading zero."""
    text = text_of(raw)
    if not isinstance(raw, str) and _PHONE_WITHOUT_ZERO.fullmatch(text):
        return Noted(f"0{text}", "INT-ZEROS-LOST", {"value": f"0{text}"})
    return to_text(raw, pattern=pattern)


def pattern_of(field: Field) -> re.Pattern[str] | None:
    """The pattern a field declares."""
    return re.compile(exact(field.pattern)) if field.pattern else None


def _mended(text: str, pattern: re.Pattern[str], *, number: bool) -> str | Noted:
    if pattern.search(text):
        return text
    for other in (text.upper(), _BETWEEN_DIGITS.sub("", text).upper()):
        if pattern.search(other):
            return other
    if number:
        for zeros in range(1, _ZEROS_EXCEL_TAKES + 1):
            if pattern.search("0" * zeros + text):
                return Noted("0" * zeros + text, "INT-ZEROS-LOST", {"value": "0" * zeros + text})
    return text


def to_long_text(raw: Raw) -> str:
    """Text of several lines."""
    lines = (" ".join(line.split()) for line in clean(text_of(raw).replace("\r\n", "\n")).split("\n"))
    return "\n".join(line for line in lines if line)


def clean(text: str) -> str:
    """NFC, without signs nobody sees (byte order marks, directions, control codes)."""
    return visible(text)


def to_boolean(raw: Raw) -> bool | Refused:
    """Yes or no."""
    word = plain(text_of(raw))
    if word in _YES or word in _NO:
        return word in _YES
    return Refused("INT-BOOLEAN")


def to_personal_id(raw: Raw) -> str | Noted | Refused:
    """Twelve digits; zeros that a spreadsheet took from the front are put back, and said."""
    digits = _BETWEEN_DIGITS.sub("", clean(text_of(raw)))
    if not digits.isdecimal() or not digits.isascii():
        return Refused("INT-ID-FORMAT", {"length": str(len(digits))})
    if len(digits) == ID_DIGITS:
        return digits
    if len(digits) == _OLD_ID_DIGITS:
        return Refused("INT-OLD-ID")
    if ID_DIGITS - _ZEROS_EXCEL_TAKES <= len(digits) < ID_DIGITS:
        whole = digits.zfill(ID_DIGITS)
        return Noted(whole, "INT-ZEROS-LOST", {"value": whole})
    return Refused("INT-ID-FORMAT", {"length": str(len(digits))})
