"""The dated list of algorithms, written in when the program is joined; nothing outside of it counts."""

from __future__ import annotations

from datetime import datetime, timedelta

from ccvc.inspection.offline.der import Bad

ALLOWED: list[tuple[str, str, str, str]] = []
"""Purpose, name, first day and last day (empty: none set) of each row."""
SHORT = {
    "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
    "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
    "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
    "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
    "1.2.840.113549.1.1.10": "RSASSA-PSS",
    "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
    "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
    "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
}


def allows(purpose: str, name: str, at: datetime) -> bool:
    """Whether an algorithm may be used for a purpose at a moment, by the days of Viet Nam."""
    day = (at + timedelta(hours=7)).date().isoformat()
    rows = [row for row in ALLOWED if row[:2] == (purpose, name)]
    return any(since <= day and (not until or day <= until) for _, _, since, until in rows)


def refuse_banned(used: list[tuple[str, str]], at: datetime) -> None:
    """Bad names every algorithm that was not allowed then."""
    banned = [SHORT.get(name, name) for purpose, name in used if not allows(purpose, name, at)]
    if banned:
        raise Bad(f"không được phép / not allowed: {', '.join(banned)}")
