"""What a row of a file would make of a dossier, with the fields left out that are not to be proposed. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from ccvc import standard
from ccvc.intake.layout import PERSON
from ccvc.intake.models import Intake, IntakeRow
from ccvc.intake.persons import UNIT, Document, merged
from ccvc.standard.problems import Problem


def fields_left(intake: Intake) -> list[str]:
    """The fields and tables left out of the changes of existing dossiers."""
    return intake.left_fields.split("\n") if intake.left_fields else []


def without(given: Document, paths: Iterable[str]) -> Document:
    """What a row gives, without these fields and tables; the one given stays as it was."""
    left = set(paths)
    return {
        group: {name: value for name, value in values.items() if f"{group}.{name}" not in left}
        for group, values in given.items()
    }


def may_be_left(path: str) -> bool:
    """Whether a path names a field or table that may be left out."""
    return (
        path != PERSON
        and path in {*standard.current().fields, *standard.current().tables}
        and "[" not in path
    )


def proposed(intake: Intake, row: IntakeRow, existing: Document | None) -> Document:
    """The whole document: what is there, and what the row gives; a new person's has every field and a unit."""
    version = standard.current().version
    given = orjson.loads(row.document)
    if existing is not None:
        left = fields_left(intake)
        kept = {name: values for name, values in without(given, left).items() if values} if left else given
        return merged(existing, kept, version)
    document = merged({"standard": version}, given, version)
    group, _, name = UNIT.partition(".")
    document.setdefault(group, {}).setdefault(name, intake.unit_code)
    return document


def broken_by_leaving(intake: Intake, existing: Document | None, document: Document) -> Problem | None:
    """Problem INT-LEFT-BROKEN where a document is wrong only because a field of the file was left out."""
    if existing is None or not intake.left_fields:
        return None
    before = {(f.code, f.path) for f in standard.check(existing, on=intake.judged_on)}
    faults = standard.check(document, on=intake.judged_on)
    new = [f for f in faults if f.severity == "error" and (f.code, f.path) not in before]
    return (
        Problem("INT-LEFT-BROKEN", label=standard.label(new[0].path), reason=new[0].message_vi)
        if new
        else None
    )
