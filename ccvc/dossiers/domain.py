"""What a version is: the signed statement, its hash, the fold of changes over time, the derived columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, Protocol

import msgspec
from django.utils.translation import gettext_lazy as _

from ccvc import standard
from ccvc.access.capacity import Capacity
from ccvc.signing import merkle
from ccvc.standard.reading import value_at

Document = dict[str, Any]
StepName = Literal["declare", "confirm", "check", "verify"]
FORMAT: Literal["ccvc-change/1"] = "ccvc-change/1"
UNTIL = '"until":'


STEP_LABELS = {
    "declare": _("Kê khai"),
    "confirm": _("Cam đoan, xác nhận"),
    "check": _("Kiểm tra"),
    "verify": _("Thẩm định"),
}


class Acting(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """In which role and capacity somebody acted: mode and titles of NĐ 30/2020/NĐ-CP Điều 13.

    `on_behalf` names the account whose right was used, `document` the written delegation; what is not so is left
    out.
    """

    role: str
    mode: str = ""
    for_title: str = ""
    title: str = ""
    on_behalf: str = ""
    document: str = ""

    @property
    def capacity(self) -> Capacity:
        """Mode and titles as one value."""
        return Capacity(self.mode, self.for_title, self.title)


class ProcedureNamed(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """The procedure a change passed: its name with version, number and ISO day of the decision that set it."""

    name: str
    decision: str = ""
    date: str = ""


class StepTaken(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """One step before the signature: who did it, when (ISO 8601, UTC), and as what."""

    step: StepName
    account: str
    name: str
    at: str
    acting: Acting | None = None

    @property
    def label(self) -> str:
        """The step's name for people."""
        return str(STEP_LABELS[self.step])

    @property
    def moment(self) -> datetime:
        """When it was taken."""
        return datetime.fromisoformat(self.at)


class EvidenceNamed(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """A paper a change was approved on: SHA-256 of its file (hex), its kind (code), and what is said of it.

    `path` is the entry it proves, `date` an ISO day; what is not said is left out.
    """

    sha256: str
    kind: str
    path: str = ""
    number: str = ""
    date: str = ""
    issuer: str = ""
    signer: str = ""
    signer_position: str = ""


class PastValue(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A value as a version gave it, and as it should have been."""

    path: str
    old: Any
    new: Any


class Corrects(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """Which version a correction corrects, and by whose authority: the decision, or the person authorised.

    Of values that later versions replaced it names each in `past`, held until the day before `until` (ISO): what
    holds from that day on stays, and so does the document.
    """

    version: int
    authority: str
    until: str = ""
    past: list[PastValue] = []


class Statement(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """What an approver signs: the exact change of one dossier, bound to the version before it.

    `base` is the hash of the version before (hex), so the chain itself is signed; the two digests bind the whole
    document and its national projection. `evidence`, `procedure` and `signing` (as what the signer signs) are left out
    where there is none.
    `corrects` is left out unless it corrects a version by name: that one's `valid_from` is then its own.
    """

    format: Literal["ccvc-change/1"]
    person: str
    personal_id: str | None
    agency: str
    unit: str
    number: int
    base: str | None
    standard: str
    kind: Literal["create", "update", "correct"]
    valid_from: str
    document_sha256: str
    national_sha256: str
    reason: str
    steps: list[StepTaken]
    evidence: list[EvidenceNamed] = []
    procedure: ProcedureNamed | None = None
    signing: Acting | None = None
    corrects: Corrects | None = None


def statement_bytes(statement: Statement) -> bytes:
    """Canonical bytes of a statement: what is signed, stored and sent."""
    return standard.canonical(msgspec.to_builtins(statement))


def version_hash(statement: bytes) -> bytes:
    """Hash of a version: the Merkle leaf hash of its statement (RFC 9162, 32 bytes)."""
    return merkle.leaf_hash(statement)


@dataclass(frozen=True, slots=True)
class ApprovedChange:
    """A change ready for the commit door: its statement bytes, the whole document, its place under the signature."""

    statement: Statement
    statement_bytes: bytes
    document: Document
    document_bytes: bytes
    leaf: int
    unit_id: int


class Known(Protocol):
    """What the fold needs of a version."""

    @property
    def statement(self) -> str: ...
    @property
    def document(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def known_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a correction changes of the past alone: it holds from the version's day and before `until`."""

    until: date
    differences: list[standard.Difference]


def amendment(statement: str) -> Amendment | None:
    """The amendment a statement makes of the past; None of nearly all, which are not decoded for it."""
    if UNTIL not in statement:
        return None
    named = msgspec.json.decode(statement, type=Statement).corrects
    return amendment_of(named) if named and named.until else None


def amends(statement: Statement) -> bool:
    """Whether it amends the past."""
    return statement.corrects is not None and bool(statement.corrects.until)


def amended(statement: Statement) -> list[standard.Difference]:
    """What a statement changes of the past alone."""
    return amendment_of(statement.corrects).differences if statement.corrects and amends(statement) else []


def amendment_of(named: Corrects) -> Amendment:
    """The amendment a correction names; what has no place in the standard in use stays in what is stored."""
    rows = [standard.Difference(value.path, value.old, value.new) for value in named.past]
    return Amendment(date.fromisoformat(named.until), [d for d in rows if standard.is_value(d.path)])


@dataclass(frozen=True, slots=True)
class View:
    """A dossier as of two times: the document (None before there was any) and the day it next changes."""

    document: Document | None
    changes_on: date | None


def as_of(versions: Sequence[Known], *, known_at: datetime | None, valid_on: date) -> View:
    """The dossier as known at a moment and valid on a day, from its versions in committed order.

    A version's document is the fold of all changes in committed order; where a change known by then is valid only
    later, or one amends what held on the day, the changes are folded again.
    """
    known = [v for v in versions if known_at is None or v.known_at <= known_at]
    later = [v.valid_from for v in known if v.valid_from > valid_on]
    if not later and not any(_amended(v, valid_on) for v in known):
        return View(parse(known[-1].document) if known else None, None)
    return View(_fold_without_later(known, valid_on), min(later, default=None))


def _amended(version: Known, valid_on: date) -> list[standard.Difference]:
    """What a version amends of a day of the past."""
    made = amendment(version.statement)
    return made.differences if made and version.valid_from <= valid_on < made.until else []


def first_needed(known: Sequence[tuple[date, datetime]], *, known_at: datetime | None, valid_on: date) -> int:
    """How many versions at the beginning `as_of` can do without, told by when each held and was known.

    All but the last where none is valid later; else all but one before the first that is.
    """
    told = [day for day, moment in known if known_at is None or moment <= known_at]
    first_later = next((place for place, day in enumerate(told) if day > valid_on), len(told))
    return max(first_later - 1, 0)


def _fold_without_later(known: Sequence[Known], valid_on: date) -> Document | None:
    folded: Document | None = None
    before: Document | None = None
    for version in known:
        after = parse(version.document)
        if version.valid_from <= valid_on:
            folded = after if folded == before else _carry_over(folded, before, after)
            if amended := _amended(version, valid_on):
                folded = standard.apply(folded, amended, strict=False)
        before = after
    return folded


def _carry_over(folded: Document | None, before: Document | None, after: Document) -> Document:
    """The change from `before` to `after`, laid over a document that lacks a change valid only later."""
    return standard.apply(folded, standard.diff(before, after), strict=False)


def parse(text: str) -> Document:
    """A stored document, in the version of the standard in use; what has no place there stays in what is stored."""
    return standard.convert(as_stored(text)).document


def as_stored(text: str) -> Document:
    """A stored document in the version it was approved in."""
    document: Document = msgspec.json.decode(text)
    return document


def national(text: str) -> bytes:
    """The national projection of a stored document, by the version it was approved in: what its statement binds."""
    document = as_stored(text)
    return standard.canonical(standard.national(document, standard.of(document["standard"])))


COLUMN_PATHS: Mapping[str, str] = {
    "full_name": "identity.full_name",
    "personal_id": "identity.personal_id",
    "birth_date": "identity.birth_date",
    "sex": "identity.sex",
    "ethnic_group": "identity.ethnic_group",
    "religion": "identity.religion",
    "unit_code": "employment.unit_code",
    "unit_name": "employment.unit_name",
    "category": "employment.category",
    "status": "employment.status",
    "position": "employment.position",
    "position_title": "employment.position_title",
    "rank": "employment.rank",
    "salary_group": "employment.salary_group",
    "salary_step": "employment.salary_step",
    "salary_coefficient": "employment.salary_coefficient",
    "salary_from": "employment.salary_from",
    "highest_level": "education.highest_level",
    "political_theory": "education.political_theory",
    "it_level": "education.it_level",
    "party_joined_on": "affiliation.party_joined_on",
    "recruited_on": "career.recruited_on",
    "job_level": "employment.job_level",
    "job_position_code": "employment.job_position_code",
}


READ_PATHS: Mapping[str, str] = {**COLUMN_PATHS, "contracts": "career.contracts"}
"""What columns are made of: their own fields, and the table of contracts."""


def columns(document: Document) -> dict[str, Any]:
    """Typed search columns of a document (keys: the columns of `SearchColumns`)."""
    return typed({name: value_at(document, path) for name, path in READ_PATHS.items()})


def typed(read: Mapping[str, Any]) -> dict[str, Any]:
    """The columns made of the present values at `READ_PATHS` (None: not there)."""
    values = {column: read[column] for column in COLUMN_PATHS}
    name, birth = values["full_name"] or "", values["birth_date"]
    coefficient, since = values["salary_coefficient"], values["salary_from"]
    return {
        **values,
        "full_name": name,
        "name_plain": _plain(name),
        "name_key": standard.sort_key(name),
        "birth_year": int(birth[:4]) if birth else None,
        "salary_coefficient": Decimal(coefficient) if coefficient else None,
        "salary_from": date.fromisoformat(since) if since and len(since) == len("2026-01-01") else None,
        "contract_kind": newest_contract(read["contracts"]),
    }


def newest_contract(rows: Any) -> str | None:
    """Kind of the contract that began last, of the rows of a document or a decoded record; None without one."""
    if not isinstance(rows, list):
        return None
    told = [(_cell(row, "from"), place, _cell(row, "kind")) for place, row in enumerate(rows)]
    return max(((since, place, kind) for since, place, kind in told if kind), default=(None, 0, None))[2]


def _cell(row: Any, name: str) -> str:
    value = row.get(name) if isinstance(row, dict) else getattr(row, name, None)
    return value if isinstance(value, str) else ""


_plain = lru_cache(maxsize=1 << 16)(standard.plain)


def root_of(statements: Iterable[bytes]) -> bytes:
    """Merkle root over the hashes of statements: what one approval signs."""
    return merkle.root([version_hash(s) for s in statements])
