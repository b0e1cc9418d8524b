"""Signed heads, read again: what each says, or why it cannot be believed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from django.conf import settings

from ccvc.ledger.domain import Fault, HeadStatement
from ccvc.ledger.models import SignedHead, Witness
from ccvc.ledger.walk import Claim
from ccvc.ledger.witnessing import WitnessStatement
from ccvc.signing import algorithms, jws, store
from ccvc.signing.verification import Trust
from ccvc.standard.documents import UNREADABLE
from ccvc.standard.problems import Problem

Claims = dict[int, list[Claim]]


def read(signed: Mapping[str, Any], trust: Trust, agency: str) -> HeadStatement:
    """What a signed head of an agency says, its certificate judged when it was signed.

    Raises SIG-FORM, LED-HEAD-FORM, and the problem of a certificate or signature that is certainly bad;
    one whose revocation cannot be told is taken, for a log must be verifiable years later and offline.
    """
    try:
        said = msgspec.json.decode(jws.payload_of(signed), type=HeadStatement)
    except UNREADABLE as error:
        raise Problem("LED-HEAD-FORM", detail=str(error)) from error
    if not algorithms.told(said.at) or said.agency != agency:
        raise Problem("LED-HEAD-FORM", detail=f"at, agency ({agency})")
    found = jws.verify(signed, trust, said.at, "sign", agency)[0].verdict
    if found.status == "invalid":
        raise found.problem()
    return said


def read_witness(signed: Mapping[str, Any], agency: str, at: datetime | None = None) -> WitnessStatement:
    """What an agency signed of this log, judged at a moment or when it says it was signed.

    Problem LED-HEAD-FORM, SIG-….
    """
    try:
        said = msgspec.json.decode(jws.payload_of(signed), type=WitnessStatement)
    except UNREADABLE as error:
        raise Problem("LED-HEAD-FORM", detail=str(error)) from error
    if not algorithms.told(said.at) or (said.agency, said.of) != (agency, settings.CCVC_AGENCY):
        raise Problem("LED-HEAD-FORM", detail=f"at, agency ({agency}), of ({settings.CCVC_AGENCY})")
    found = jws.verify(signed, store.trust(), at or said.at, "sign", agency)[0].verdict
    if found.status == "invalid" or (at is not None and not found.ok):
        raise found.problem("witness")
    return said


def collect(heads: Iterable[Mapping[str, Any]], trust: Trust) -> tuple[Claims, list[Fault]]:
    """Roots claimed, by size: by the heads stored, by what others witnessed, by what is given; and bad ones."""
    claims: Claims = defaultdict(list)
    faults: list[Fault] = []
    for by, size, reading in _readings(heads, trust):
        try:
            said = reading()
        except Problem as problem:
            index, detail = max(size - 1, 0), problem.message()
            faults.append(Fault.of("LED-SIGNATURE", index, "signed_head", str(size), detail=detail))
            continue
        at = f"{algorithms.local(said.at):%H:%M %d/%m/%Y}"
        claims[said.size].append(Claim(bytes.fromhex(said.root), at, by))
    return claims, faults


Reading = Callable[[], HeadStatement | WitnessStatement]


def _readings(heads: Iterable[Mapping[str, Any]], trust: Trust) -> Iterator[tuple[str, int, Reading]]:
    for stored in SignedHead.objects.order_by("size", "pk").iterator():
        yield "", stored.size, partial(_read_stored, stored, trust)
    for signed in Witness.objects.order_by("size", "pk").iterator():
        yield signed.agency, signed.size, partial(read_witness, signed.jws, signed.agency)
    for given in heads:
        yield _holder(given), 0, partial(_read_given, given, trust)


def _holder(given: Mapping[str, Any]) -> str:
    """Who signed what was given: another agency as a witness, or this one itself (then whoever gave it holds it)."""
    try:
        return str(msgspec.json.decode(jws.payload_of(given))["agency"])
    except (*UNREADABLE, Problem, KeyError, TypeError):
        return "?"


def _read_given(given: Mapping[str, Any], trust: Trust) -> HeadStatement | WitnessStatement:
    holder = _holder(given)
    if holder == settings.CCVC_AGENCY:
        return read(given, trust, settings.CCVC_AGENCY)
    return read_witness(given, holder)


def _read_stored(stored: SignedHead, trust: Trust) -> HeadStatement:
    said = read(stored.jws, trust, stored.agency or settings.CCVC_AGENCY)
    if (said.size, said.root, said.at) != (stored.size, bytes(stored.root).hex(), stored.at):
        raise Problem("LED-HEAD-FORM", detail="size, root, at")
    return said
