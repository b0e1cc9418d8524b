"""Which dossiers hold a code that was closed: by a typed column where there is one, else by reading documents."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec
from django.db.models import F

from ccvc import standard
from ccvc.catalogues import applying
from ccvc.dossiers.domain import COLUMN_PATHS
from ccvc.dossiers.models import Version
from ccvc.standard import Field

COLUMNS: Mapping[str, str] = {path: column for column, path in COLUMN_PATHS.items()}
_READ = msgspec.json.Decoder()


def closed(on: date) -> dict[str, dict[str, None]]:
    """Codes that change sets closed and that hold no more on a day, by list, in the order of closing."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    lists = standard.current().codes
    for one in applying.in_use.laid.changed.values():
        for change in one.changed:
            codes = lists[one.list]
            if change.kind == "closed" and not codes.valid(change.after.code, on):
                found[one.list][change.after.code] = None
    return found


def fields_of(list_name: str) -> list[Field]:
    """The fields whose values are codes of a list."""
    return [field for field in standard.current().fields.values() if field.code_list == list_name]


def watched(on: date) -> dict[str, set[str]]:
    """Closed codes by the path of each field that holds them and has no column."""
    return {
        field.path: set(codes)
        for name, codes in closed(on).items()
        for field in fields_of(name)
        if field.path not in COLUMNS
    }


def count(paths: Mapping[str, set[str]]) -> dict[tuple[str, str], Counter[str]]:
    """How many dossiers of each unit (id, as text) hold each code at each path, in one walk over all of them."""
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    if not paths:
        return found
    current = Version.objects.filter(number=F("dossier__current_number"))
    for text, unit in current.values_list("document", "dossier__unit_id").iterator(chunk_size=1000):
        document = _READ.decode(text)
        for path, codes in paths.items():
            for code in codes & set(values(document, path)):
                found[path, code][str(unit)] += 1
    return found


def values(document: Mapping[str, Any], path: str) -> Iterator[str]:
    """The codes at a path of a document ("education.degrees[].level"), in every row of its table."""
    group, _, rest = path.partition(".")
    name, _, cell = rest.partition("[].")
    value = document.get(group, {}).get(name)
    held = [row.get(cell) for row in value or () if isinstance(row, dict)] if cell else [value]
    for one in held:
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            yield from (code for code in one if isinstance(code, str))
