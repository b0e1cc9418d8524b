"""What is read to prove a version: where it stands under its approval, under its entry of the log, in the log."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.serialization import Encoding

from ccvc import standard
from ccvc.access.domain import Right, Subject, require
from ccvc.dossiers import domain as dossiers
from ccvc.dossiers import selectors as seeing
from ccvc.dossiers.models import Dossier, Version
from ccvc.dossiers.selectors.seeing import MaySee, is_own, may_see
from ccvc.inspection.domain import DocumentForm, Entry, Leaf, TrustGiven, Witness
from ccvc.inspection.watching import anchors, log_seen, open_entry
from ccvc.ledger import peers
from ccvc.ledger import selectors as ledger
from ccvc.ledger.domain import moment
from ccvc.ledger.models import Entry as LedgerEntry
from ccvc.signing import certificates, merkle, store
from ccvc.signing.models import Signature
from ccvc.standard.problems import Problem


@dataclass(frozen=True, slots=True)
class Provable:
    """A version of any room with its approval and its entry; statement and document are what may be given of it."""

    number: int
    hash: bytes
    statement: str | None
    document: str | None
    form: DocumentForm
    signature: Signature
    leaf: int
    entry: LedgerEntry
    place: Leaf


def provable_dossier(subject: Subject, key: UUID) -> Dossier:
    """The dossier, if the subject may prove it: their own, or within reach of one who may see the ledger.

    Problem DOS-UNKNOWN, ACC-DENIED.
    """
    found = seeing.dossier(subject, key)
    if not is_own(subject, found):
        require(subject, Right.LEDGER_SEE, seeing.unit_code(found))
    return found


def versions(subject: Subject, key: UUID, number: int | None = None) -> list[Provable]:
    """Every version of a dossier in order, or one; Problem DOS-UNKNOWN, ACC-DENIED, DOS-NO-VERSION, INS-NO-ENTRY."""
    found = provable_dossier(subject, key)
    rows = Version.objects.filter(dossier=found).select_related("signature").order_by("number")
    if number is not None:
        rows = rows.filter(number=number)
    if not rows:
        raise Problem("DOS-NO-VERSION", number=number or 1)
    may_read = may_see(subject, found)
    closed = {line.number for line in seeing.history(subject, key) if line.withheld}
    committed = _committed(subject, {row.signature_id for row in rows})
    return [_provable(row, may_read, closed, *committed[row.signature_id]) for row in rows]


def _committed(
    subject: Subject, signatures: Iterable[UUID]
) -> dict[UUID, tuple[LedgerEntry, list[int], list[bytes]]]:
    """By approval: the entry of its commit, with the positions and hashes of the versions committed."""
    found = {}
    for signature in signatures:
        placed = Version.objects.filter(signature_id=signature).order_by("position")
        rows = [(position, bytes(fresh)) for position, fresh in placed.values_list("position", "hash")]
        about = f"{rows[0][0]}-{rows[-1][0]}"
        entry = ledger.entry_about(subject, "versions", about)
        if entry is None:
            raise Problem("INS-NO-ENTRY", what=about)
        found[signature] = entry, [position for position, _ in rows], [fresh for _, fresh in rows]
    return found


def _provable(
    row: Version,
    may_read: MaySee,
    closed: Container[int],
    entry: LedgerEntry,
    positions: list[int],
    hashes: list[bytes],
) -> Provable:
    """A version; its statement speaks of all that changed, so it is given to whoever may read all of that."""
    index = positions.index(row.position)
    document, form = given(row.document, may_read)
    statement = None if row.number in closed else row.statement
    place = Leaf(index, len(hashes), hexed(merkle.inclusion_proof(hashes, index)))
    return Provable(
        row.number, hashes[index], statement, document, form, row.signature, row.leaf, entry, place
    )


def given(document: str, may_read: MaySee) -> tuple[str | None, DocumentForm]:
    """The document as it was signed where all of it may be read, its national part, or nothing.

    What is signed are digests of the two; less than one of them cannot be proved.
    """
    if all(map(may_read, _fields(standard.current().groups.values()))):
        return document, "whole"
    if national_given(may_read):
        return dossiers.national(document).decode(), "national"
    return None, "withheld"


def national_given(may_read: MaySee) -> bool:
    """Whether all of the national part may be read."""
    return all(map(may_read, _fields(standard.current().national.groups.values())))


def _fields(groups: Iterable[standard.Group]) -> Iterable[standard.Field]:
    for group in groups:
        yield from group.fields
        for table in group.tables:
            yield from table.fields


def approval_leaf(signature: Signature, leaf: int) -> Leaf:
    """The way from a leaf to the root that was signed."""
    leaves = merkle.split(bytes(signature.leaves))
    return Leaf(leaf, len(leaves), hexed(merkle.inclusion_proof(leaves, leaf)))


def evidence_of(signature: Signature) -> dict[str, Any] | None:
    """Stamps, certificates and the word on them that are kept beside a signature; None where there are none."""
    found: dict[str, Any] | None = orjson.loads(signature.evidence) if signature.evidence else None
    return found


def logged(subject: Subject, found: Sequence[LedgerEntry], size: int) -> list[Entry]:
    """Entries with the way to the root of the log of a size."""
    proofs = ledger.prove_entries(subject, [entry.index for entry in found], size)
    return [
        Entry(entry.index, entry.kind, entry.subject, entry.payload, moment(entry.at), hexed(proof.proof))
        for entry, proof in zip(found, proofs, strict=True)
    ]


def witnesses(subject: Subject, size: int) -> list[Witness]:
    """What each other agency signed of this log last, with the proof that the log of a size extends it.

    One that the log does not fit is left out: it is an alarm, and would make every proof look false.
    """
    found = []
    for row in peers.witnesses():
        if row.size <= size and ledger.root_at(subject, row.size) == bytes(row.root):
            proof = ledger.prove_consistency(subject, row.size, size).proof
            found.append(Witness(row.jws, hexed(proof)))
    return found


def trust_given() -> TrustGiven:
    """The authorities and revocation lists this node believes, for whoever checks offline."""
    trust = store.trust()
    authorities = [*trust.anchors, *trust.intermediates]
    lists = [crl.public_bytes(Encoding.PEM).decode() for crl in trust.crls]
    return TrustGiven([certificates.to_pem([cert]) for cert in authorities], lists)


def hexed(hashes: Iterable[bytes]) -> list[str]:
    """Hashes as a bundle writes them."""
    return [one.hex() for one in hashes]


@dataclass(frozen=True, slots=True)
class Proofs:
    """What can be proved of a person: key, versions newest first, fingerprints to compare, other agencies' witness."""

    key: UUID
    versions: list[Provable]
    anchors: Sequence[str]
    witnesses: list[str]

    @property
    def whole(self) -> bool:
        """Whether every document is given whole."""
        return all(one.form == "whole" for one in self.versions)

    @property
    def withheld(self) -> bool:
        """Whether something is left out that the asker may not read."""
        return any(one.form == "withheld" or one.statement is None for one in self.versions)


def proofs_of(subject: Subject, room: str, key: UUID) -> Proofs:
    """What the page of a person's proofs shows; Problem as `provided`."""
    found = provided(subject, room, key)
    return Proofs(key, found[::-1], anchors(), [row.agency for row in peers.witnesses()])


Provider = Callable[[Subject, UUID, int | None], list[Provable]]
_providers: dict[str, Provider] = {"dossiers": versions}


def register_provider(name: str, provider: Provider) -> None:
    """Let a room above have its versions proved; ValueError if another room has the name."""
    if _providers.setdefault(name, provider) is not provider:
        raise ValueError(f"versions of {name} already have a provider")


def provided(subject: Subject, room: str, key: UUID, number: int | None = None) -> list[Provable]:
    """The versions a room proves, all of a person or one."""
    return _providers[room](subject, key, number)


__all__ = ["Proofs", "Provable", "anchors", "log_seen", "open_entry", "proofs_of", "provided", "versions"]
