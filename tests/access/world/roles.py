"""Who asks: the roles, what reach each has, and which of the planted words each may read."""

from __future__ import annotations

from collections.abc import Collection

from tests.access.world.words import BASIC, IDENTITIES, NAME, NUMBER, SENSITIVE, UNIT_NAME

ROLES = (
    "anonymous",
    "stranger",
    "foreign_approver",
    "foreign_appraiser",
    "colleague",
    "clerk",
    "administrator",
    "analyst",
    "cataloguer",
    "appraiser",
    "steward",
    "inspector",
    "officer",
    "verifier",
    "approver",
    "owner",
)
OUTSIDE = ("anonymous", "stranger", "foreign_approver", "foreign_appraiser", "colleague")
"""Nobody of these has any reach over the planted people or their unit."""
BLIND = (*OUTSIDE, "clerk", "administrator", "analyst", "cataloguer")
"""Nobody of these may see a person, whatever else they may do."""
KINDS = (
    ("stranger", "colleague"),
    ("foreign_approver", "foreign_appraiser", "anonymous"),
    ("clerk", "administrator", "analyst", "cataloguer"),
    ("appraiser", "steward", "inspector"),
    ("officer", "verifier", "approver", "owner"),
)
"""Roles by their reach: officers elsewhere; others elsewhere; within, but blind; who reads; who handles or is it."""


def dealt(roles: Collection[str], turn: int) -> list[str]:
    """Of each kind that is among these roles one, which one by turn."""
    among = [[role for role in kind if role in roles] for kind in KINDS]
    return [kind[turn % len(kind)] for kind in among if kind]


def readable(role: str, room: str) -> tuple[str, ...]:
    """Planted words this role may read somewhere in this room; the rest it may meet nowhere."""
    if role == "owner":
        return (NAME, NUMBER, *BASIC, *SENSITIVE, UNIT_NAME)
    if role in {"officer", "verifier", "approver"}:
        return (*IDENTITIES, *BASIC, *SENSITIVE, UNIT_NAME)
    if role == "inspector":
        return (*IDENTITIES, *BASIC, UNIT_NAME)
    if role == "appraiser" and room in {"registry", "insight"}:
        return (*IDENTITIES, *BASIC, *SENSITIVE, UNIT_NAME)
    if role == "steward" and room in {"registry", "quality", "closings"}:
        return (*IDENTITIES, *BASIC, *SENSITIVE, UNIT_NAME)
    return () if role in OUTSIDE else (UNIT_NAME,)
