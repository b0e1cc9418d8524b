"""What a verdict says of a version's number: used for ever, or still free (docs/exchange-protocol.md, section 8)."""

from __future__ import annotations

FREE = frozenset({"EXC-LINE", "EXC-CHANGE-APPROVAL", "EXC-CHANGE-LEAF", "EXC-CHANGE-DOCUMENT", "REG-CHAIN"})
APPROVAL = frozenset(
    {"EXC-APPROVAL-SIGNATURE", "EXC-APPROVAL-FORMAT", "EXC-APPROVAL-AGENCY", "EXC-APPROVAL-LEAVES"}
)
UNCHAINED = "REG-CHAIN"


def is_free(code: str) -> bool:
    """Whether the version was not believed: it is sent again as it is, once the cause is mended."""
    return code in FREE or needs_approval(code)


def needs_approval(code: str) -> bool:
    """Whether it was the approval that was not believed, so that another may be needed."""
    return code in APPROVAL
