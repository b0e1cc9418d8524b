"""Which column of a file of any shape is what: proposed, confirmed by an officer, remembered. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

import msgspec

from ccvc.intake.shapes.marks import number_of
from ccvc.intake.shapes.words import key

Confidence = Literal["", "sure", "likely", "guess"]
Rule = Literal["", "join", "mark", "by-sex", "brackets", "after-date", "sign"]
Letters = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{1,3}\Z")]
Text = Annotated[str, msgspec.Meta(max_length=2_000)]


class Use(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one column is taken for; an empty `path` is not taken in.

    Rules: "join": its words follow those of the columns before it that fill the same field; "mark": a mark in
    it means `code` (no mark: `otherwise`); "by-sex": the date in it, and that it stands there means the sex
    `code`. The others split a cell over `path` and `second`: "brackets": what stands in brackets is the second;
    "after-date": what follows the date; "sign": what follows the first dash, stroke, semicolon or line.
    """

    column: Letters
    heading: Text = ""
    path: Text = ""
    rule: Rule = ""
    code: Text = ""
    otherwise: Text = ""
    confidence: Confidence = ""
    second: Text = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """The fields it fills."""
        return tuple(filter(None, (self.path, self.second)))

    @property
    def index(self) -> int:
        """The column, counted from 0."""
        return number_of(self.column)


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The columns of all sheets with the same headings, and what is the same for every row.

    `sheet` is "person" or a table's path; `fingerprint` tells the headings again in another file.
    """

    sheet: Text
    fingerprint: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    columns: Annotated[list[Use], msgspec.Meta(max_length=800)]
    constants: dict[str, Text] = {}
    titles: list[Text] = []
    confirmed: bool = False

    @property
    def certain(self) -> bool:
        """Whether nobody needs to look: confirmed, or every column is sure."""
        return self.confirmed or all(use.confidence == "sure" for use in self.columns)


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shapes of one file."""

    shapes: Annotated[list[Shape], msgspec.Meta(max_length=100)] = []

    def of(self, fingerprint: str) -> Shape | None:
        """The shape with these headings."""
        return next((shape for shape in self.shapes if shape.fingerprint == fingerprint), None)


def fingerprint(headings: Iterable[tuple[str, Sequence[str]]]) -> str:
    """What tells headings again, however they are spaced and capitalised: (letters, texts over one another)."""
    text = "\n".join(f"{letters}:{'/'.join(map(key, texts))}" for letters, texts in headings)
    return hashlib.sha256(text.encode()).hexdigest()
