"""Sealed dossiers as they come to a receiver, line by line, each with what is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from ccvc.exchange.domain.content import NONCE_SIZE, new_key
from ccvc.node.conformance.samples.handovers import BY, transfer
from ccvc.node.conformance.samples.scheme import (
    OTHER,
    SENDER,
    SPACE,
    Approval,
    Change,
    Scheme,
    approval_line,
    change,
    document,
    person,
)
from ccvc.signing import jwe
from ccvc.transfers.domain.contents import FileLine, PaperLine, line_bytes, version_line
from ccvc.transfers.domain.lines import AnnouncedLine, PartLine, SealedLine
from ccvc.transfers.domain.lines import line_bytes as said
from ccvc.transfers.domain.sealing import Seal, root_of

PAPER = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
Lines = list[bytes]
Spoil = Callable[[Lines], Lines]


@dataclass(frozen=True)
class Sealed:
    """What comes of one hand-over, and the code the receiver must find (None: it is whole)."""

    lines: Sequence[bytes]
    code: str | None


Maker = Callable[[Scheme], Sealed]


def versions() -> tuple[Change, Change]:
    """Two versions of person 1."""
    first = change(1)
    whole = document(1, other_names="Tên khác (THỬ NGHIỆM)")
    return first, change(1, whole, number=2, base=first.hash, kind="update", reason="Bổ sung (THỬ NGHIỆM)")


def inside(scheme: Scheme, agency: str = SENDER) -> Lines:
    """Approval, two versions, a file, its paper."""
    made = versions()
    lines = [approval_line(made, Approval(scheme.pair(agency, "approve"), agency), scheme.at)]
    for leaf, one in enumerate(made):
        lines.append(
            version_line(
                approval=0, leaf=leaf, statement=one.statement, document=one.document, known_at=scheme.at
            )
        )
    digest = hashlib.sha256(PAPER).hexdigest()
    lines.append(line_bytes(FileLine(digest, 0, last=True, data=PAPER)))
    paper = PaperLine(
        id=uuid5(SPACE, "paper"),
        sha256=digest,
        version=0,
        change=None,
        path="career",
        kind="99",
        number="12/QĐ",
        issued_on=None,
        issuer="",
        signer="",
        signer_position="",
        file_name="a.pdf",
        by=BY.account,
        by_name=BY.name,
        at=scheme.at,
    )
    return [*lines, line_bytes(paper)]


def nonces() -> Iterator[bytes]:
    """Numbers that all differ."""
    return (number.to_bytes(NONCE_SIZE) for number in range(1, 100))


def whole(lines: Lines) -> Lines:
    """Spoils nothing."""
    return lines


def sealed(
    code: str | None, spoil: Spoil = whole, *, to: str = OTHER, by: str = SENDER, parts: Spoil = whole
) -> Maker:
    """A dossier sealed for the receiver, spoilt before it was sealed, or in its parts."""

    def make(scheme: Scheme) -> Sealed:
        key, which = new_key(), transfer(1)
        seal = Seal(which, key, nonces())
        came = parts(list(seal.parts(spoil(inside(scheme, by)))))
        wrapped = jwe.wrap(key, scheme.pair(to, "encrypt").cert)
        last = SealedLine(which, len(came), sum(map(len, came)), root_of(came), wrapped)
        lines = [said(PartLine(which, index, data)) for index, data in enumerate(came)]
        return Sealed([said(_announced(scheme, which)), *lines, said(last)], code)

    return make


def _announced(scheme: Scheme, which: UUID) -> AnnouncedLine:
    return AnnouncedLine(
        transfer=which,
        person=person(1),
        personal_id="040085000001",
        name="Nguyễn Văn B",
        giver=SENDER,
        number=2,
        version=versions()[1].hash,
        decision="12/QĐ-UBND (THỬ NGHIỆM)",
        decided_on=None,
        effective_on=scheme.at.date(),
        expires_on=scheme.at.date(),
        at=scheme.at,
        by=BY,
    )


def without(place: int) -> Spoil:
    """A line is left out."""
    return lambda lines: lines[:place] + lines[place + 1 :]


def other(place: int, old: bytes, new: bytes) -> Spoil:
    """A line says something else."""

    def spoil(lines: Lines) -> Lines:
        changed = lines[place].replace(old, new, 1)
        return [*lines[:place], changed, *lines[place + 1 :]]

    return spoil


def flipped(parts: Lines) -> Lines:
    """One bit of a part is another."""
    first = parts[0]
    return [first[:-1] + bytes([first[-1] ^ 1]), *parts[1:]]


SAMPLES: dict[str, Maker] = {
    "valid": sealed(None),
    "TRF-CHAIN": sealed("TRF-CHAIN", without(1)),
    "TRF-LAST": sealed("TRF-LAST", without(2)),
    "TRF-SIGNATURE": sealed("TRF-SIGNATURE", other(2, b'"leaf":1', b'"leaf":0')),
    "TRF-SIGNATURE-other-agency": sealed("TRF-SIGNATURE", by=OTHER),
    "TRF-SIGNATURE-none": sealed("TRF-SIGNATURE", without(0)),
    "TRF-DOCUMENT": sealed("TRF-DOCUMENT", other(2, b'"sex":"1"', b'"sex":"2"')),
    "TRF-PAPER": sealed("TRF-PAPER", other(3, b'"data":"JVBE', b'"data":"JVBF')),
    "TRF-PAPER-no-file": sealed("TRF-PAPER", without(3)),
    "TRF-DAMAGED": sealed("TRF-DAMAGED", parts=flipped),
    "TRF-DAMAGED-line": sealed("TRF-DAMAGED", other(4, b'"type":"paper"', b'"type":"note"')),
    "SIG-UNWRAP": sealed("SIG-UNWRAP", to=SENDER),
}
