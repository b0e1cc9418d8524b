"""What the page of columns shows: samples, the field told, how many values fit, what was confirmed before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.datastructures import MultiValueDict

from ccvc.intake.cells.results import text_of
from ccvc.intake.layout import Sheet
from ccvc.intake.selectors import MappingSeen, mappings_seen
from ccvc.intake.shapes.mapping import Shape, Use
from ccvc.intake.shapes.recognising import Recognised
from ccvc.intake.shapes.values import Judge
from ccvc.intake.survey import Survey

SAMPLES = 3
LONGEST = 40
CONSTANTS = 4  # fields that may be given one value for all rows


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """One column: what is in it, what it is taken for, and what the file alone would have it be."""

    use: Use
    name: str  # of its inputs
    field: str
    second: str
    rule: str
    code: str
    told: str
    samples: tuple[str, ...]
    fits: int
    values: int


@dataclass(frozen=True, slots=True)
class SheetSeen:
    """The columns of the sheets of one shape."""

    number: int
    titles: str
    columns: tuple[ColumnSeen, ...]
    constants: tuple[tuple[str, str], ...]  # (field, value)
    fields: tuple[str, ...]
    before: tuple[MappingSeen, ...]


def sheet(number: int, found: Survey, typed: MultiValueDict[str, str]) -> SheetSeen:
    """One shape of the file; what was typed stays as it was typed."""
    told = found.told[number]
    shape = next((s for s in found.shapes if s.fingerprint == told.shape.fingerprint), told.shape)
    labels = {column.path: column.label for column in told.sheet.every}
    given = [(labels.get(path, path), text) for path, text in sorted(shape.constants.items())]
    if f"constant-{number}" in typed:
        pairs = zip(typed.getlist(f"constant-{number}"), typed.getlist(f"value-{number}"), strict=False)
        given = [pair for pair in pairs if any(pair)]
    given += [("", "")] * (CONSTANTS - len(given))
    return SheetSeen(
        number,
        ", ".join(told.shape.titles),
        tuple(_columns(number, told, shape, labels, typed)),
        tuple(given),
        tuple(dict.fromkeys(labels.values())),
        tuple(mappings_seen(shape.fingerprint, labels)),
    )


def _columns(
    number: int, told: Recognised, shape: Shape, labels: Mapping[str, str], typed: MultiValueDict[str, str]
) -> Iterator[ColumnSeen]:
    judge = Judge(told.sheet)
    by_file = {use.column: use.path for use in told.shape.columns}
    for use in shape.columns:
        name = f"{number}-{use.column}"
        values = told.samples.get(use.index, [])
        different = list(dict.fromkeys(text_of(value).strip()[:LONGEST] for value in values))
        yield ColumnSeen(
            use=use,
            name=name,
            field=typed.get(f"field-{name}", labels.get(use.path, use.path)),
            second=typed.get(f"second-{name}", labels.get(use.second, use.second)),
            rule=typed.get(f"rule-{name}", use.rule),
            code=typed.get(f"code-{name}", " / ".join(filter(None, (use.code, use.otherwise)))),
            told=labels.get(by_file.get(use.column, ""), ""),
            samples=tuple(different[:SAMPLES]),
            fits=judge.fits(use.path, values) if not use.rule else len(values),
            values=len(values),
        )


def path_of(label: str, sheet: Sheet) -> str:
    """The path of the field so labelled; what names none stays as typed."""
    wanted = label.strip()
    return next((c.path for c in sheet.every if wanted in {c.label, c.path}), wanted)
