"""Lines that follow approvals that were sent (docs/exchange-protocol.md, 8): evidence, words on certificates."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from ccvc.exchange.domain.manifest import Digest

LONGEST_REASON = 300
MOST_CERTIFICATE = 16_384


class EvidenceLine(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="evidence"):
    """What was gathered beside an approval after it was sent (kind "share").

    `signature` is the SHA-256 of `protected.payload`, a dot, and the bytes of the signature.
    """

    signature: Digest
    evidence: dict[str, Any]


class RevocationLine(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="revocation"):
    """Nothing counts that is signed with a certificate (DER) from a moment on (kind "share").

    `taken`: somebody else may hold its key, so what names an earlier day needs proof of it.
    """

    certificate: Annotated[bytes, Meta(max_length=MOST_CERTIFICATE)]
    since: Annotated[datetime, Meta(tz=True)]
    taken: bool
    reason: Annotated[str, Meta(max_length=LONGEST_REASON, pattern=r"^[^\x00]*\Z")]
