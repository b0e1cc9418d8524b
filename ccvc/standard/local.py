"""Fields an agency adds for itself: in a group of their own name, and never part of what leaves the node.

A file in the node's home declares them as the standard's own files declare theirs; what every such field has in
common need not be said.
"""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ccvc.standard.fields import Standard
from ccvc.standard.loading import DeclarationError, GroupFile

PREFIX = "x_"
LAST = 99
LABEL_VI, LABEL_EN = "Thông tin riêng của cơ quan", "The agency's own information"
COMMON: dict[str, Any] = {
    "sensitivity": "basic",
    "ownership": "master",
    "owner": "ccvc",
    "national": False,
    "declared_by": ["agency"],
    "basis": "Quy định của cơ quan",
    "certainty": "S",
    "valid_from": date(2026, 7, 1),
}


def namespace(agency: str) -> str:
    """The group of an agency's own fields: "x_h41" for H41, "x_h41_02" for H41.02."""
    return PREFIX + agency.lower().replace(".", "_")


def extended(standard: Standard, file: Path, agency: str) -> Standard:
    """A standard with the agency's own fields after all others.

    Raises DeclarationError where a field says that it goes to the national node, or the declaration is wrong.
    """
    found = GroupFile(file, standard.codes)
    entry = found.entry
    if entry.pop("name") != "?":
        raise DeclarationError(f"{file.name}: the group is named by the node: leave `group` out")
    found.name = entry["name"] = namespace(agency)
    entry |= {"label_vi": LABEL_VI, "label_en": LABEL_EN, "order": LAST, "basis": COMMON["basis"]}
    _complete(entry, file.name)
    group = found.group()
    if any(member.national for member in group.members.values()):
        raise DeclarationError(f"{file.name}: an agency's own field never goes to the national node")
    return dataclasses.replace(standard, groups=MappingProxyType({**standard.groups, group.name: group}))


def _complete(entry: dict[str, Any], file: str) -> None:
    """Fill in what all such fields have in common, in fields, tables and their cells."""
    for key in ("field", "table"):
        for place, declared in enumerate(entry.get(key, [])):
            if not isinstance(declared, dict):
                raise DeclarationError(f"{file}: {key} {place + 1} is no entry")
            entry[key][place] = {"label_en": declared.get("label_vi", ""), **COMMON, **declared}
            _complete(entry[key][place], file)
