"""Lines of packages of kind transfer: one canonical JSON object each, told apart by "type"."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from ccvc.exchange.domain.manifest import AgencyCode, Digest
from ccvc.exchange.domain.records import NO_NUL
from ccvc.standard.documents import UNREADABLE
from ccvc.standard.problems import Problem

MOST_PARTS = 4096
RECEIPT_FORMAT: Literal["ccvc-transfer/1"] = "ccvc-transfer/1"
Number = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Place = Annotated[int, Meta(ge=0, lt=MOST_PARTS)]
Account = Annotated[str, Meta(max_length=150, pattern=NO_NUL)]
Named = Annotated[str, Meta(max_length=200, pattern=NO_NUL)]
Decision = Annotated[str, Meta(max_length=100, pattern=NO_NUL)]
Reason = Annotated[str, Meta(max_length=500, pattern=NO_NUL)]
Words = Annotated[str, Meta(max_length=1000, pattern=NO_NUL)]
PersonalId = Annotated[str, Meta(pattern=r"^[0-9]{12}\Z")]
How = Literal["refused", "withdrawn", "lapsed"]


class By(Struct, frozen=True, forbid_unknown_fields=True):
    """Who did it: account and name, as the agency knows them."""

    account: Account
    name: Named


class Line(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """What every line of this kind is."""


class OfferLine(Line, frozen=True, tag="offer"):
    """Giver → national: hand this person's dossier, which ends with version `number`, to `receiver`."""

    transfer: UUID
    person: UUID
    receiver: AgencyCode
    number: Number
    version: Digest
    decision: Decision
    decided_on: date | None
    effective_on: date
    at: datetime
    by: By


class OpenedLine(Line, frozen=True, tag="opened"):
    """National → giver: the offer stands; seal the dossier for this certificate (PEM chain of the receiver)."""

    transfer: UUID
    certificate: Annotated[str, Meta(max_length=65_536)]
    expires_on: date


class DeniedLine(Line, frozen=True, tag="denied"):
    """National → whoever asked: an offer or an answer is not taken. The manager stays who it was."""

    transfer: UUID
    code: Annotated[str, Meta(max_length=60, pattern=NO_NUL)]
    message: Words
    next: Words


class AnnouncedLine(Line, frozen=True, tag="announced"):
    """National → receiver: this person's dossier is offered, as the register knows the person."""

    transfer: UUID
    person: UUID
    personal_id: PersonalId | None
    name: Named
    giver: AgencyCode
    number: Number
    version: Digest
    decision: Decision
    decided_on: date | None
    effective_on: date
    expires_on: date
    at: datetime
    by: By


class PartLine(Line, frozen=True, tag="part"):
    """Giver → national → receiver: one sealed part, which the national node passes on and cannot read."""

    transfer: UUID
    index: Place
    data: bytes


class SealedLine(Line, frozen=True, tag="sealed"):
    """Giver → national → receiver, behind its parts: how many, their Merkle root, the content key for the receiver."""

    transfer: UUID
    parts: Annotated[int, Meta(ge=1, le=MOST_PARTS)]
    size: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    root: Digest
    key: Annotated[str, Meta(max_length=8_192)]


class AnswerLine(Line, frozen=True, tag="answer"):
    """Receiver → national: the dossier under this root is accepted, or refused and why."""

    transfer: UUID
    accepted: bool
    root: Digest | None
    reason: Reason
    at: datetime
    by: By


class WithdrawLine(Line, frozen=True, tag="withdraw"):
    """Giver → national: the offer is taken back, if it was not accepted yet."""

    transfer: UUID
    reason: Reason
    at: datetime
    by: By


class EndedLine(Line, frozen=True, tag="ended"):
    """National → both: nothing has changed hands, and nothing will by this hand-over."""

    transfer: UUID
    how: How
    reason: Reason
    at: datetime


class SwitchedLine(Line, frozen=True, tag="switched"):
    """National → both, the same bytes: the manager has changed (a JWS over a `Receipt`)."""

    transfer: UUID
    receipt: dict[str, Any]


class AskLine(Line, frozen=True, tag="ask"):
    """Component → national → keeper: may we have the dossier of this person? `asker` is said by the national node."""

    request: UUID
    personal_id: PersonalId
    decision: Decision
    reason: Reason
    at: datetime
    by: By
    asker: AgencyCode | None = None
    person: UUID | None = None


class DeclineLine(Line, frozen=True, tag="decline"):
    """Keeper → national → asker, or from the national node itself: no, and why."""

    request: UUID
    reason: Words


class Receipt(Struct, frozen=True, forbid_unknown_fields=True):
    """What the national node signs of a change of manager."""

    format: Literal["ccvc-transfer/1"]
    agency: AgencyCode
    at: datetime
    transfer: UUID
    person: UUID
    giver: AgencyCode
    receiver: AgencyCode
    number: Number
    version: Digest
    root: Digest
    decision: Decision
    decided_on: date | None
    effective_on: date


AnyLine = (
    OfferLine
    | OpenedLine
    | DeniedLine
    | AnnouncedLine
    | PartLine
    | SealedLine
    | AnswerLine
    | WithdrawLine
    | EndedLine
    | SwitchedLine
    | AskLine
    | DeclineLine
)
_encoder = msgspec.json.Encoder(order="sorted")
_decoder: msgspec.json.Decoder[AnyLine] = msgspec.json.Decoder(AnyLine)
_receipt = msgspec.json.Decoder(Receipt)


def line_bytes(line: AnyLine | Receipt) -> bytes:
    """Canonical bytes of a line, or of what a receipt signs."""
    return _encoder.encode(line)


def decode(raw: bytes) -> AnyLine:
    """A line of kind transfer; Problem EXC-LINE."""
    try:
        return _decoder.decode(raw)
    except UNREADABLE as error:
        raise Problem("EXC-LINE", where="line", reason=str(error)) from error


def decode_receipt(payload: bytes) -> Receipt:
    """What a receipt says, once its signature holds; Problem TRF-RECEIPT."""
    try:
        return _receipt.decode(payload)
    except UNREADABLE as error:
        raise Problem("TRF-RECEIPT", where="receipt", reason=str(error)) from error


def receipt_digest(payload: bytes) -> str:
    """SHA-256 of the signed bytes: by it the three nodes know that they hold the same receipt."""
    return hashlib.sha256(payload).hexdigest()
