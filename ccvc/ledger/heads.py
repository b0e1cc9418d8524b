"""Signed heads, read again: what each says, or why it cannot be believed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import msgspec
from django.conf import settings

from ccvc.ledger.domain import Fault, HeadStatement
from ccvc.ledger.models import SignedHead
from ccvc.ledger.walk import Claim
from ccvc.signing import algorithms, jws
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


def collect(heads: Iterable[Mapping[str, Any]], trust: Trust) -> tuple[Claims, list[Fault]]:
    """Roots claimed, by size, by the stored heads and by those given; faults of heads not to be believed."""
    claims: Claims = defaultdict(list)
    faults: list[Fault] = []
    for size, reading in _readings(heads, trust):
        try:
            said = reading()
        except Problem as problem:
            index, detail = max(size - 1, 0), problem.message()
            faults.append(Fault.of("LED-SIGNATURE", index, "signed_head", str(size), detail=detail))
            continue
        at = f"{algorithms.local(said.at):%H:%M %d/%m/%Y}"
        claims[said.size].append(Claim(bytes.fromhex(said.root), at))
    return claims, faults


def _readings(
    heads: Iterable[Mapping[str, Any]], trust: Trust
) -> Iterator[tuple[int, Callable[[], HeadStatement]]]:
    for stored in SignedHead.objects.order_by("size", "pk").iterator():
        yield stored.size, partial(_read_stored, stored, trust)
    for given in heads:
        yield 0, partial(read, given, trust, settings.CCVC_AGENCY)


def _read_stored(stored: SignedHead, trust: Trust) -> HeadStatement:
    said = read(stored.jws, trust, stored.agency or settings.CCVC_AGENCY)
    if (said.size, said.root, said.at) != (stored.size, bytes(stored.root).hex(), stored.at):
        raise Problem("LED-HEAD-FORM", detail="size, root, at")
    return said
