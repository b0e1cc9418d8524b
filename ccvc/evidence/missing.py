"""What becomes of a change that lacks a paper it rests on: the dated rule, and the node's own choice over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec
from django.conf import settings

from ccvc import standard
from ccvc.standard.evidence import Entry, demands, entries
from ccvc.standard.fields import Certainty

Do = Literal["warn", "waive", "refuse"]
FILE = Path(__file__).parent / "data" / "missing.toml"


class _Rule(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    since: date = msgspec.field(name="from")
    do: Do
    basis: str
    certainty: Certainty


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    rule: tuple[_Rule, ...]


@cache
def _rules() -> tuple[_Rule, ...]:
    return msgspec.toml.decode(FILE.read_bytes(), type=_File).rule


def missing_rule(on: date) -> Do:
    """What holds on a day on this node."""
    if settings.CCVC_EVIDENCE_MISSING:
        chosen: Do = settings.CCVC_EVIDENCE_MISSING
        return chosen
    held = [rule for rule in _rules() if rule.since <= on]
    return max(held, key=lambda rule: rule.since).do if held else "warn"


def rests_on_papers(touched: Iterable[str]) -> bool:
    """Whether any of the paths of a change lies in an entry that rests on a paper."""
    demanded = demands(standard.current())
    return any(path.partition("[")[0] in demanded for path in touched)


def entries_touched(document: Mapping[str, Any], touched: Iterable[str], on: date) -> list[Entry]:
    """Entries of their time that a change brings or alters; `document` as it would be after it."""
    rows = {path[: path.index("]") + 1] if "]" in path else path for path in touched}
    every = entries(document, standard.current(), on)
    return [entry for entry in every if entry.young and entry.path in rows]
