"""PDF: whole, and readable without a password."""

from __future__ import annotations

import re

from ccvc.standard.problems import Problem

ENCRYPTED = re.compile(rb"/Encrypt\s*(?:<<|\d+\s+\d+\s+R)")
END, TAIL = b"%%EOF", 4096


def check(content: bytes) -> None:
    """Problem EVI-DAMAGED where its end is missing, EVI-ENCRYPTED where its trailer asks for a password."""
    if END not in content[-TAIL:]:
        raise Problem("EVI-DAMAGED", format="PDF")
    if ENCRYPTED.search(content):
        raise Problem("EVI-ENCRYPTED")
