"""Validating national documents: swift for the many that are right, thorough for the few that are not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import UNSET

from ccvc import standard
from ccvc.dossiers.domain import READ_PATHS
from ccvc.registry.domain import Content, printable
from ccvc.standard import Standard
from ccvc.standard.problems import Problem
from ccvc.standard.reading import value_at
from ccvc.standard.record_types import attributes

LONGEST_PATH = 300
LONGEST_REASON = 1000
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
PRESENT = (str, int, list)


class Checker:
    """Reads documents by the national part of the version of the standard they follow, as of a day."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._ours = standard.current()
        self._by_version: dict[str, _ByVersion] = {}

    def __call__(self, raw: bytes, version: str) -> Content:
        """What the register takes from a document of a version, of an older one after conversion to ours.

        Problem REG-INVALID naming the first field that is wrong and how many more are, REG-UNREADABLE, REG-NEWER,
        REG-STANDARD, STD-VERSION-UNKNOWN.
        """
        known = self._by_version.get(version)
        if known is None:
            known = self._by_version[version] = _ByVersion(self._declared(version), self._on)
        return known.content(raw)

    def _declared(self, version: str) -> Standard:
        if version > self._ours.version:
            raise Problem("REG-NEWER", where="standard", given=version, ours=self._ours.version)
        return self._ours if version == self._ours.version else standard.of(version)


class _ByVersion:
    """The documents of one version."""

    def __init__(self, declared: Standard, on: date) -> None:
        self._on = on
        self._standard = declared.national
        self._older = declared.version != standard.current().version
        self._decode = standard.decoder(self._standard).decode
        self._values = reader({} if self._older else READ_PATHS)

    def content(self, raw: bytes) -> Content:
        try:
            record = self._decode(raw)
        except msgspec.ValidationError as error:
            raise self._explained(raw, str(error)) from error
        except UNREADABLE as error:
            raise Problem("REG-UNREADABLE", where="document", reason=str(error)) from error
        return Content(record.standard, _converted(raw) if self._older else self._values(record))

    def _explained(self, raw: bytes, reason: str) -> Problem:
        try:
            document = msgspec.json.decode(raw)
        except UNREADABLE as error:
            return Problem("REG-UNREADABLE", where="document", reason=str(error))
        given = document.get("standard") if isinstance(document, dict) else None
        if isinstance(given, str) and given != self._standard.version:
            stated = self._standard.version
            return Problem("REG-STANDARD", where="standard", stated=stated, given=printable(given, 60))
        found = standard.check(document, on=self._on, standard=self._standard)
        errors = [f for f in found if f.severity == "error"]
        if not errors:
            return Problem("REG-INVALID", where="document", reason=reason, more=0)
        path, words = printable(errors[0].path, LONGEST_PATH), printable(errors[0].message_vi, LONGEST_REASON)
        return Problem("REG-INVALID", where=path, reason=words, more=len(errors) - 1)


def _converted(raw: bytes) -> dict[str, Any]:
    """The values of a document of an older version, read after conversion."""
    document = standard.convert(msgspec.json.decode(raw)).document
    return {column: value_at(document, path) for column, path in READ_PATHS.items()}


def reader(paths: Mapping[str, str]) -> Callable[[Any], dict[str, Any]]:
    """A function that reads the values at some paths of a decoded record, by name; None where none is present.

    Compiled once: reading the record's own attributes costs a tenth of decoding it again into dictionaries.
    """
    by_group: dict[str, dict[str, str]] = defaultdict(dict)
    for name, path in paths.items():
        group, _, member = path.partition(".")
        by_group[group][name] = member
    plan = [
        (attrgetter(group), [*members], attributes([*members.values()]))
        for group, members in by_group.items()
    ]

    def read(record: Any) -> dict[str, Any]:
        found: dict[str, Any] = dict.fromkeys(paths)
        for group_of, names, values_of in plan:
            group = group_of(record)
            if group is not UNSET:
                pairs = zip(names, values_of(group), strict=True)
                found.update([(name, value) for name, value in pairs if type(value) in PRESENT])
        return found

    return read
