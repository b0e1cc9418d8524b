"""Signed statements of state: what a node says it holds of an agency's people, for reconciliation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeVar
from uuid import UUID

import msgspec
from cryptography import x509
from msgspec import Struct

from ccvc.exchange.domain.manifest import AgencyCode, Digest
from ccvc.exchange.domain.opening import certificate_problem
from ccvc.exchange.domain.reconcile import StateRow
from ccvc.exchange.domain.tokens import compact, general
from ccvc.signing import jws
from ccvc.signing.keys import PrivateKey
from ccvc.signing.verification import Trust
from ccvc.standard.documents import UNREADABLE
from ccvc.standard.problems import Problem

FORMAT: Literal["ccvc-state/1"] = "ccvc-state/1"


class Digests(Struct, frozen=True, forbid_unknown_fields=True):
    """Digest of every bucket that holds anyone, and how many people in all."""

    format: Literal["ccvc-state/1"]
    agency: AgencyCode
    of: AgencyCode
    at: datetime
    people: int
    digests: dict[str, Digest]


class Rows(Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of one bucket: [person, number, version, national] each."""

    format: Literal["ccvc-state/1"]
    agency: AgencyCode
    of: AgencyCode
    at: datetime
    bucket: str
    rows: list[tuple[UUID, int, Digest, Digest]]


_encoder = msgspec.json.Encoder(order="sorted")
_T = TypeVar("_T", Digests, Rows)


def sign_statement(statement: Digests | Rows, key: PrivateKey, chain: Sequence[x509.Certificate]) -> str:
    """The statement as a compact JWS."""
    return compact(jws.sign(_encoder.encode(statement), key, chain))


def read_digests(raw: bytes, *, peer: str, trust: Trust, at: datetime) -> Digests:
    """A verified statement of digests; Problem EXC-ANSWER or EXC-CERT."""
    return _read(raw, Digests, peer, trust, at)


def read_rows(raw: bytes, *, peer: str, trust: Trust, at: datetime) -> list[StateRow]:
    """The rows of a verified statement; Problem EXC-ANSWER or EXC-CERT."""
    return [StateRow(*row) for row in _read(raw, Rows, peer, trust, at).rows]


def _read(raw: bytes, kind: type[_T], peer: str, trust: Trust, at: datetime) -> _T:
    try:
        found = jws.verify(general(raw.decode("ascii")), trust, at, "sign", peer)[0]
        if not found.verdict.ok:
            raise certificate_problem(found.verdict, "state")
        return msgspec.json.decode(found.payload, type=kind)
    except UNREADABLE as error:
        raise Problem("EXC-ANSWER", where="state", reason=str(error)) from error
