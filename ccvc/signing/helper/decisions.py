"""A decision to be signed: its statement names the paper that is shown, and stands beside the changes it brings about.

Nothing is believed of the node: the root binds the decision's own words and every change, and these words name the
SHA-256 of the paper before any signature, which the first bytes of the file handed here must have.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import orjson
from cryptography import x509

from ccvc.signing.helper.papers import Paper, read_paper, unreadable

FORMAT = "ccvc-decision/1"
SIGNING = "Ký quyết định"


def read_decision(
    given: dict[str, Any], cert: x509.Certificate, algorithm: str
) -> tuple[bytes, tuple[tuple[str, str], ...], Paper]:
    """The statement of a decision as bytes, what it says in words, and its paper; as `read_paper` raises.

    Problem SIG-HELPER-UNREADABLE where the paper is not the one the statement names.
    """
    stated = str(given["decision"]).encode()
    said = orjson.loads(stated)
    if said["format"] != FORMAT or orjson.dumps(said, option=orjson.OPT_SORT_KEYS) != stated:
        raise unreadable("ccvc-decision")
    (document,) = given["documents"]
    paper, size = read_paper(document, cert, algorithm), int(given["size"])
    if not 0 < size <= len(paper.file) or hashlib.sha256(paper.file[:size]).hexdigest() != said["paper"]:
        raise unreadable("paper")
    return stated, _facts(said), paper


def _facts(said: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return (
        ("Quyết định số", str(said["number"])),
        ("Ngày quyết định", f"{date.fromisoformat(said['decided_on']):%d/%m/%Y}"),
        ("Có hiệu lực từ", f"{date.fromisoformat(said['effective_on']):%d/%m/%Y}"),
        ("Người có thẩm quyền", str(said["authority"])),
        ("Về việc", str(said["title"])),
        ("Số người", str(len(said["people"]))),
    )
