"""The thorough judge: everything that is wrong with a document, each thing in a Vietnamese sentence.

Shape (``shapes``) is what the record type and the JSON Schema refuse as well; sense (``sense``) needs a date
or several values together. Sense is looked for in what has its right shape.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import orjson

from ccvc.standard import sense, shapes
from ccvc.standard.documents import Document
from ccvc.standard.fields import Standard
from ccvc.standard.findings import Finding
from ccvc.standard.problems import Problem
from ccvc.standard.record_types import decoder
from ccvc.standard.versions import current


def check(document: Any, *, on: date, standard: Standard | None = None) -> list[Finding]:
    """List all findings, judged by the law and the codes of a day; [] means nothing to say.

    Give ``current().national`` as the standard for a national document.
    """
    judged_by = standard or current()
    found = list(shapes.of_document(document, judged_by))
    refused = {one.path for one in found}
    return found + list(sense.of_document(document, judged_by, on, refused))


def decode(raw: bytes, standard: Standard | None = None) -> Document:
    """Read a document from JSON and judge its shape.

    Raises Problem STD-JSON, or STD-REFUSED at the first fault; ``check`` lists them all.
    """
    try:
        document: Document = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Problem("STD-JSON", reason=str(error)) from None
    try:
        decoder(standard).decode(raw)
    except msgspec.ValidationError as error:
        raise _refusal(document, standard or current(), str(error)) from None
    return document


def _refusal(document: Any, standard: Standard, reason: str) -> Problem:
    first = next(shapes.of_document(document, standard), None)
    where, message = (first.path, first.message_vi) if first else ("", reason)
    return Problem("STD-REFUSED", where=where, reason=message)
