"""Codes, numbers, names of agencies as documents print them, and what may follow what. Pure."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from ccvc.documents.models import State
from ccvc.standard.problems import Problem

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter is taken for another."""
_ALIKE = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})
RANDOM = 19
GROUP = 5
MOST_PEOPLE = 2_000
LONGEST_PURPOSE = 300
MARCH = 3
CAPITAL = "Hà Nội"
_PLACES = ("Tỉnh ", "Thành phố ", "Ủy ban nhân dân tỉnh ", "Ủy ban nhân dân thành phố ")
NO_TITLE = ("THỦ TRƯỞNG CƠ QUAN",)
"""Above a signer's name where no grant says in which capacity they sign."""
ONE_DECISION, MANY_DECISIONS = "decision", "decisions"
"""Kinds of documents that are decisions: of one person, and with a list of people behind it."""
DECISIONS = frozenset({ONE_DECISION, MANY_DECISIONS})
NEXT: dict[State, State] = {State.ISSUED: State.SIGNED, State.SIGNED: State.VALID}


def new_code() -> str:
    """A code nobody guesses, 95 bits, with a letter that tells mistyped ones."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return drawn + _sum(drawn)


def _sum(drawn: str) -> str:
    """The check letter: each letter weighs by its place, so that two in the wrong order are told too."""
    total = sum(ALPHABET.index(letter) * (place + 1) for place, letter in enumerate(drawn))
    return ALPHABET[total % 31]


def read_code(typed: str) -> str | None:
    """A code as typed, without gaps and in capitals; None where it cannot be one."""
    code = typed.strip().upper().translate(_ALIKE)
    if len(code) != RANDOM + 1 or any(letter not in ALPHABET for letter in code):
        return None
    return code if _sum(code[:RANDOM]) == code[RANDOM] else None


def grouped(code: str) -> str:
    """A code as people read it."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def symbol_of(kind: str, agency: str) -> str:
    """What stands behind the number: the kind's symbol and the agency's."""
    return f"{kind}-{agency}"


def issuer_name(name: str, kind: str) -> str:
    """The agency's name as it issues documents: of a province, its People's Committee (QĐ 20/2020/QĐ-TTg)."""
    return f"Ủy ban nhân dân {name[0].lower()}{name[1:]}" if kind == "province" else name


def authority(office: str, issuer: str) -> str:
    """Who issues a decision, as its title line names them: the office with the agency, unless one names the other."""
    one, other = office.casefold(), issuer.casefold()
    if one in other:
        return issuer
    return office if other in one else f"{office} {issuer}"


def place_of(name: str, kind: str) -> str:
    """The place a document is dated from: the province's name; central agencies sit in the capital."""
    if kind != "province":
        return CAPITAL
    prefix = next((one for one in _PLACES if name.startswith(one)), "")
    return name[len(prefix) :]


def dated(place: str, on: date) -> str:
    """Place and date as NĐ 30/2020 writes them: one digit of day and of January and February gets a zero."""
    month = f"{on.month:02d}" if on.month < MARCH else f"{on.month}"
    return f"{place}, ngày {on.day:02d} tháng {month} năm {on.year}"


def spoken(known_at: datetime, valid_on: date, versions: Sequence[int]) -> str:
    """As of when a document speaks."""
    of = f" (phiên bản {versions[0]} của hồ sơ điện tử)" if len(versions) == 1 else ""
    return (
        f"Theo dữ liệu đã biết đến {known_at:%H giờ %M} ngày {known_at:%d/%m/%Y}, có hiệu lực vào ngày "
        f"{valid_on:%d/%m/%Y}{of}."
    )


def refuse_decision(kind: str) -> None:
    """Problem DOC-DECISION where an act of the desk is tried on a decision, which has acts of its own."""
    if kind in DECISIONS:
        raise Problem("DOC-DECISION")


def require_state(found: str, wanted: State) -> None:
    """Problem DOC-STATE where a document does not stand where an act needs it."""
    if found != wanted:
        raise Problem("DOC-STATE", state=str(State(found).label), wanted=str(wanted.label))
