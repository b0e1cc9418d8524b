"""Kinds of entries: what they are called, and which of them speak of no person. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

DATA = Path(__file__).with_name("data") / "kinds.toml"


@dataclass(frozen=True, slots=True)
class EntryKind:
    """What entries of a kind are called; `open` where none of them speaks of a person."""

    label_vi: str
    label_en: str
    open: bool = False


@cache
def kinds() -> Mapping[str, EntryKind]:
    """Every kind there is, by its code."""
    return MappingProxyType(
        {code: EntryKind(**said) for code, said in tomllib.loads(DATA.read_text()).items()}
    )


def require_declared(kind: str) -> None:
    """Raise ValueError for a kind `data/kinds.toml` does not declare: nobody could say what the entry means."""
    if kind not in kinds():
        raise ValueError(f"entries of kind {kind} are declared nowhere: add the kind to {DATA.name}")


def kind_of(code: str) -> EntryKind:
    """The kind of an entry; one this version knows nothing of is called by its code, and not open."""
    return kinds().get(code) or EntryKind(code, code)
