"""Codes: a cell may hold the code, its label or a known way of writing it, with or without tone marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extract

from ccvc.intake.cells.results import Raw, Refused, text_of
from ccvc.standard.codes import Codes
from ccvc.standard.names import plain

_MANY = re.compile(r"\s*[;\n|]\s*")
_BEHIND = re.compile(r"\(([^()]+)\)\s*$")
_BEFORE = re.compile(r"^\s*([\w.]+)\s*[-–:.]\s+")
_FEW = 8  # a list this short is named whole in the message
_LONGEST = 200  # characters of a cell that are compared with labels


def to_code(raw: Raw, *, codes: Codes) -> str | Refused:
    """One code of the list."""
    text = text_of(raw).strip()
    for written in _spellings(text, number=not isinstance(raw, str)):
        found = codes.find(written)
        if found:
            return found
    return Refused("INT-CODE", {"list": codes.label_vi, "accepted": _likely(text, codes)})


def to_codes(raw: Raw, *, codes: Codes) -> list[str] | Refused:
    """Several codes, parted by semicolons or lines; a comma parts them only where no label has one."""
    whole = to_code(raw, codes=codes)
    if isinstance(whole, str):
        return [whole]
    parts = _MANY.split(text_of(raw))
    found = [to_code(part, codes=codes) for part in (parts if len(parts) > 1 else text_of(raw).split(","))]
    refused = next((f for f in found if isinstance(f, Refused)), None)
    return refused or list(dict.fromkeys(f for f in found if isinstance(f, str)))


def _spellings(text: str, *, number: bool) -> Iterator[str]:
    """The text itself, then what a drop-down list or a spreadsheet may have made of a code."""
    yield text
    for pattern in (_BEHIND, _BEFORE):
        if match := pattern.search(text):
            yield match.group(1)
    if number:
        # A spreadsheet reads 01.003 as 1.003 and 15.110 as 15.11.
        yield from (
            "0" * left + text + "0" * right for right in range(3) for left in range(3) if left + right
        )


def _likely(text: str, codes: Codes) -> str:
    """What may have been meant: the whole of a short list, else the nearest labels."""
    labels = codes.labels
    if len(labels) <= _FEW:
        return "; ".join(labels.values())
    wanted = plain(text[:_LONGEST])
    near = [word for word, _, _ in extract(wanted, labels.keys(), scorer=ratio, limit=3, score_cutoff=50)]
    return "; ".join(labels[word] for word in near or list(labels)[:3]) + "; …"
