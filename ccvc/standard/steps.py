"""The kinds of step by which documents go from one version of the standard to the next, as a file declares them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

Constants = Mapping[str, str]


class Gather(msgspec.Struct, tag_field="kind", tag="gather", forbid_unknown_fields=True, frozen=True):
    """Single values of the older version become one row of a table of the newer one.

    `cells` are the row's cells by the path each comes from; `copies` are filled from values that also stay.
    """

    into: str
    id: str
    cells: Mapping[str, str]
    constants: Constants = {}
    copies: Mapping[str, str] = {}


class Rename(msgspec.Struct, tag_field="kind", tag="rename", forbid_unknown_fields=True, frozen=True):
    """A table of the older version becomes rows of another, with constants; `also` tells which rows come back."""

    table: str
    into: str
    prefix: str
    constants: Constants
    also: Mapping[str, tuple[str, ...]]


class Part(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One of the rows a row is split into: the table, its cells by the older cell, its constants."""

    into: str
    cells: Mapping[str, str]
    constants: Constants = {}


class Split(msgspec.Struct, tag_field="kind", tag="split", forbid_unknown_fields=True, frozen=True):
    """Each row of a table becomes a row of the same id in each of several tables, where it has something to say."""

    table: str
    parts: tuple[Part, ...]


Step = Gather | Rename | Split
