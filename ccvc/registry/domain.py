"""Judging a record against what the register holds. Pure: values in, a verdict out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from ccvc import standard
from ccvc.dossiers.domain import Statement, amends
from ccvc.standard.problems import Problem

Version = tuple[str, int, bytes]
"""Person (the key's text), number, hash: a version, wherever it is."""

NUMBERS = range(1, 2**31)
LONGEST_AGENCY = 35
_SHA256 = re.compile(r"[0-9a-f]{64}")
_IDENTITY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} ([0-9]{12}|None)")


class Content(Struct, frozen=True, gc=False):
    """What the register takes from a valid document: its standard, and the values its columns are made of."""

    standard: str
    values: dict[str, Any]


Validator = Callable[[bytes, str], Content]


class Held(Struct, frozen=True, gc=False):
    """What the register holds of a person: managing agency, number and hash of the last version, personal number."""

    agency: str
    number: int
    hash: bytes
    personal_id: str | None


class Record(Struct, frozen=True, gc=False):
    """One change line, proved to be signed: its line, its statement, the exact bytes, the hash of the version."""

    index: int
    person: str
    number: int
    statement: Statement
    statement_bytes: bytes
    document_bytes: bytes
    hash: bytes
    approval: int
    leaf: int

    @property
    def version(self) -> Version:
        """The version it is."""
        return self.person, self.number, self.hash


class Outcome(Struct, frozen=True):
    """Verdict on one record: accepted with its content, a repeat of what is held, or a problem.

    `chained` says of a refused record that it followed its predecessor, so that a later one may follow it;
    `holder` is the person another agency holds under the same number.
    """

    record: Record
    content: Content | None = None
    problem: Problem | None = None
    chained: bool = False
    holder: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether the record, or the same one before, is in the register."""
        return self.problem is None


@dataclass(slots=True)
class Register:
    """The part of the register that a package of one agency concerns; it grows as its records are judged.

    `known`: people in the register before. `versions`: earlier versions of them. `later`: those with a version valid
    only later; `since`: from when the row of each of the others holds. `refused`: versions of this agency that were
    refused though they followed their predecessor.
    """

    agency: str
    known: frozenset[str] = frozenset()
    people: dict[str, Held] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    versions: set[Version] = field(default_factory=set)
    refused: set[Version] = field(default_factory=set)
    later: set[str] = field(default_factory=set)
    since: dict[str, date] = field(default_factory=dict)

    def holds(self, record: Record) -> bool:
        """Whether this very version is in the register."""
        held = self.people.get(record.person)
        if held is not None and held.number == record.number and held.hash == record.hash:
            return True
        return record.version in self.versions

    def learn(self, outcome: Outcome) -> None:
        """Take in an outcome, so that a later record of the same package is judged by it."""
        record = outcome.record
        if outcome.content is not None:
            self._take(record)
        elif outcome.chained:
            self.refused.add(record.version)

    def _take(self, record: Record) -> None:
        number, before = record.statement.personal_id, self.people.get(record.person)
        if before is not None:
            self.versions.add((record.person, before.number, before.hash))
            if before.personal_id is not None:
                self.numbers.pop(before.personal_id, None)
        self.people[record.person] = Held(self.agency, record.number, record.hash, number)
        if number is not None:
            self.numbers[number] = record.person


def judge(record: Record, register: Register, validate: Validator) -> Outcome:
    """The outcome for one record, in the order: repeat, manager, chain, personal number, content."""
    if register.holds(record):
        return Outcome(record)
    held = register.people.get(record.person)
    try:
        refuse_stranger(held, register.agency)
        refuse_unchained(record, held, register)
    except Problem as problem:
        return Outcome(record, problem=problem)
    rival = rival_of(record, register)
    try:
        refuse_taken_number(record, rival, register)
        content = validate(record.document_bytes, record.statement.standard)
        refuse_other_document(record.statement, content)
        refuse_wrong_past(record, validate)
    except Problem as problem:
        conflict = problem.code == "REG-CONFLICT"
        return Outcome(record, problem=problem, chained=True, holder=rival if conflict else None)
    return Outcome(record, content)


def refuse_stranger(held: Held | None, agency: str) -> None:
    """Problem REG-NOT-MANAGER: a person's dossier is changed by the agency that manages it alone."""
    if held is not None and held.agency != agency:
        raise Problem("REG-NOT-MANAGER", where="statement.agency", holder=held.agency)


def refuse_unchained(record: Record, held: Held | None, register: Register) -> None:
    """Problem REG-CHAIN, REG-REPLACES or REG-PASSED unless the record follows the version held, or a refused one."""
    base, number = record.statement.base, record.number
    last = held.number if held is not None else 0
    if number <= last:
        passed = record.version in register.refused
        code = "REG-PASSED" if passed else "REG-REPLACES"
        raise Problem(code, where="statement.number", number=number, last=last)
    if number == last + 1:
        follows = base == (held.hash.hex() if held is not None else None)
    else:
        follows = base is not None and (record.person, number - 1, _hash(base)) in register.refused
    if not follows:
        raise Problem("REG-CHAIN", where="statement.base", number=number, last=last)


def _hash(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def rival_of(record: Record, register: Register) -> str | None:
    """The other person who holds the record's personal number."""
    number = record.statement.personal_id
    other = register.numbers.get(number) if number is not None else None
    return None if other == record.person else other


def refuse_taken_number(record: Record, rival: str | None, register: Register) -> None:
    """Problem REG-DUPLICATE within the agency, REG-CONFLICT with another one: one person, one dossier."""
    if rival is None:
        return
    number, holder = record.statement.personal_id, register.people[rival].agency
    if holder == register.agency:
        raise Problem("REG-DUPLICATE", where="identity.personal_id", number=number)
    raise Problem("REG-CONFLICT", where="identity.personal_id", number=number, holder=holder)


def refuse_other_document(statement: Statement, content: Content) -> None:
    """Problem REG-NUMBER or REG-STANDARD where statement and document do not speak of the same."""
    number = content.values["personal_id"]
    if number != statement.personal_id:
        raise Problem("REG-NUMBER", where="identity.personal_id", stated=statement.personal_id, given=number)
    if content.standard != statement.standard:
        raise Problem("REG-STANDARD", where="standard", stated=statement.standard, given=content.standard)


def refuse_wrong_past(record: Record, validate: Validator) -> None:
    """Problem REG-STATEMENT or REG-INVALID where what a correction amends of the past could not stand in a document."""
    if not amends(record.statement) or record.statement.corrects is None:
        return
    declared = standard.of(record.statement.standard).national
    document = msgspec.json.decode(record.document_bytes)
    for value in record.statement.corrects.past:
        if not standard.is_value(value.path, declared):
            raise Problem("REG-STATEMENT", where="statement.corrects.past", given=printable(value.path, 60))
        changed = standard.Difference(value.path, value.old, value.new)
        document = standard.apply(document, [changed], strict=False)
        validate(standard.canonical(document), record.statement.standard)


def refuse_wrong_correction(statement: Statement) -> None:
    """Problem REG-STATEMENT where what a statement corrects could not be told from its words."""
    named = statement.corrects
    if named is None or not (named.until or named.past):
        return
    if not _is_day(named.until) or named.until <= statement.valid_from or not named.past:
        raise Problem("REG-STATEMENT", where="statement.corrects.until", given=printable(named.until, 60))


def refuse_misshapen(statement: Statement) -> None:
    """Problem REG-STATEMENT where the signed values could not even be looked up in the register."""
    identity = f"{statement.person} {statement.personal_id}"
    if not _IDENTITY.fullmatch(identity):
        raise Problem("REG-STATEMENT", where="statement.person", given=printable(identity, 60))
    if statement.number not in NUMBERS:
        raise Problem("REG-STATEMENT", where="statement.number", given=statement.number)
    if len(statement.agency) > LONGEST_AGENCY:
        raise Problem("REG-STATEMENT", where="statement.agency", given=printable(statement.agency, 60))
    for paper in statement.evidence:
        if not _SHA256.fullmatch(paper.sha256):
            raise Problem("REG-STATEMENT", where="statement.evidence", given=printable(paper.sha256, 60))
    if not _is_day(statement.valid_from):
        raise Problem(
            "REG-STATEMENT", where="statement.valid_from", given=printable(statement.valid_from, 60)
        )
    refuse_wrong_correction(statement)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def printable(text: str, limit: int) -> str:
    """What a sender wrote, fit for a message and for a column of text."""
    return "".join(c if c.isprintable() else "?" for c in text[:limit])
