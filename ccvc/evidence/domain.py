"""What is said of a paper, and when it may be believed. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from ccvc import standard
from ccvc.dossiers.domain import EvidenceNamed
from ccvc.standard import Field, Group, Table
from ccvc.standard.problems import Problem

KINDS = "evidence_kinds"
"""The code list of kinds of papers."""
MOST_OF_A_CHANGE = 20
LONGEST = {"number": 100, "issuer": 300, "signer": 200, "signer_position": 200, "file_name": 200}
PARTICULARS = Path(__file__).parent / "data" / "kinds.toml"
PARTICULAR_LABELS = {
    "number": ("số của giấy tờ", "its number"),
    "issued_on": ("ngày cấp", "the day it was issued"),
    "issuer": ("cơ quan cấp", "who issued it"),
}


@dataclass(frozen=True, slots=True)
class Details:
    """What is said of a paper: the entry it proves (`path`: "" the whole dossier), its kind and particulars."""

    kind: str
    path: str = ""
    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    signer: str = ""
    signer_position: str = ""
    file_name: str = ""


@cache
def required_by_kind() -> Mapping[str, tuple[str, ...]]:
    """The particulars a kind of paper must have."""
    found = tomllib.loads(PARTICULARS.read_text(encoding="utf-8"))
    return {kind: tuple(names) for kind, names in found.items()}


def sound(details: Details, on: date) -> Details:
    """The details with white space put right. Problem EVI-KIND, EVI-PARTICULAR, EVI-LATER, EVI-LONG, EVI-PATH."""
    tidy = replace(
        details,
        number=_tidy(details.number),
        issuer=_tidy(details.issuer),
        signer=_tidy(details.signer),
        signer_position=_tidy(details.signer_position),
        file_name=_tidy(details.file_name),
    )
    if not standard.current().codes[KINDS].valid(tidy.kind, on):
        raise Problem("EVI-KIND", where="kind")
    for name in required_by_kind().get(tidy.kind, ()):
        if not getattr(tidy, name):
            vi, en = PARTICULAR_LABELS[name]
            raise Problem("EVI-PARTICULAR", where=name, what=vi, what_en=en)
    for name, longest in LONGEST.items():
        if len(getattr(tidy, name)) > longest:
            raise Problem("EVI-LONG", where=name, most=longest)
    if tidy.issued_on is not None and tidy.issued_on > on:
        raise Problem("EVI-LATER", where="issued_on")
    if tidy.path and standard.current().find(tidy.path) is None:
        raise Problem("EVI-PATH", where=tidy.path[:200])
    return tidy


def _tidy(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def fields_of(path: str) -> tuple[Field, ...]:
    """The fields an entry speaks of: of the whole dossier all but state secrets, which have papers of their own."""
    current = standard.current()
    found = current.find(path) if path else None
    if found is None:
        return () if path else tuple(f for f in current.fields.values() if f.sensitivity != "secret")
    return _leaves(found)


def _leaves(found: Field | Table | Group) -> tuple[Field, ...]:
    if isinstance(found, Field):
        return (found,)
    if isinstance(found, Table):
        return tuple(found.fields)
    return tuple(field for member in found.members.values() for field in _leaves(member))


def named(sha256: str, details: Details) -> EvidenceNamed:
    """What a signed statement says of a paper; of one that proves what stays in the component only digest and kind."""
    if not any(field.national for field in fields_of(details.path)):
        return EvidenceNamed(sha256=sha256, kind=details.kind)
    return EvidenceNamed(
        sha256=sha256,
        kind=details.kind,
        path=details.path,
        number=details.number,
        date=details.issued_on.isoformat() if details.issued_on else "",
        issuer=details.issuer,
        signer=details.signer,
        signer_position=details.signer_position,
    )


def entries_touched(paths: list[str]) -> list[str]:
    """The entries a change may name papers for: its groups, rows and fields, in the order of the change."""
    groups = [path.partition(".")[0] for path in paths]
    inner = [path[: path.index("]") + 1] if "]" in path else path for path in paths]
    return [entry for entry in dict.fromkeys((*groups, *inner)) if standard.current().find(entry) is not None]
