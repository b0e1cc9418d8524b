"""Reading versions again for the ledger: every byte is hashed anew, nothing is taken from a stored digest.

Versions come by COPY in the order of their positions, so that a million are read in the time it takes to read and
hash them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
import orjson
from cryptography import x509

from ccvc.dossiers.models import Dossier, Version
from ccvc.ledger import copying
from ccvc.ledger.domain import Fault
from ccvc.ledger.models import Entry
from ccvc.signing import jws, merkle, services
from ccvc.signing.actions import verify_batch
from ccvc.signing.models import Signature
from ccvc.signing.trust import Trust
from ccvc.standard.problems import Problem

KIND, BROUGHT = "versions", "versions_brought"
NAMED = 20
QUERY = """
SELECT v.position, d.key, v.number, v.signature_id, v.leaf, v.valid_from, v.hash, v.previous, v.statement, v.document
FROM dossiers_version v JOIN dossiers_dossier d ON d.id = v.dossier_id
WHERE v.position BETWEEN %s AND %s ORDER BY v.position"""
POSITION, KEY, NUMBER, APPROVAL, LEAF, VALID_FROM, HASH, PREVIOUS, STATEMENT, DOCUMENT = range(10)
EPOCH = date(2000, 1, 1)
Told = tuple[Mapping[str, Any], int]
"""What an entry says, and its index."""


class Bound(msgspec.Struct, frozen=True):
    """What of a statement is held against the columns beside it."""

    person: str
    number: int
    base: str | None
    valid_from: str
    document_sha256: str


@dataclass(slots=True)
class Commit:
    """The versions of one entry, as they are read: hashes by position, and the leaves of their approval."""

    said: Mapping[str, Any]
    index: int
    leaves: bytes
    approval: bytes
    hashes: list[bytes] = field(default_factory=list)
    places: list[tuple[int, bytes | None, bytes | None]] = field(default_factory=list)
    faults: int = 0


_read = msgspec.json.Decoder(Bound).decode


def version_faults(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
    """Faults among the versions one entry speaks of."""
    yield from versions_faults([(payload, index)])


def versions_faults(told: Sequence[Told]) -> Iterator[Fault]:
    """Faults among the versions entries speak of: missing, changed, unchained, out of order, not under their signature.

    The entries stand in the order of the log, and so do the positions they name.
    """
    signatures = Signature.objects.in_bulk({said["signature"] for said, _ in told})
    commits = iter([_commit(said, index, signatures) for said, index in told])
    now = next(commits, None)
    found = copying.rows(QUERY, (told[0][0]["first"], told[-1][0]["last"])) if told else iter(())
    ended: list[Commit] = []
    for row in found:
        position = int.from_bytes(row[POSITION] or b"")
        while now is not None and position > now.said["last"]:
            ended.append(now)
            now = next(commits, None)
        if now is not None and position >= now.said["first"]:
            yield from _row_faults(now, row)
    ended += ([now] if now else []) + list(commits)
    known = _known(signatures.values())
    for commit in ended:
        yield from _commit_faults(commit)
        yield from _signature_faults(commit, signatures, known)


def _known(signatures: Iterable[Signature]) -> Trust:
    """Whom the node trusts, with all it knows of the certificates these were signed with: asked once for all."""
    certs: dict[x509.Certificate, None] = {}
    for signature in signatures:
        with suppress(Problem):
            certs.update(dict.fromkeys(jws.chain_of(signature.jws)))
    return services.trust(certs)


def _commit(said: Mapping[str, Any], index: int, signatures: Mapping[UUID, Signature]) -> Commit:
    key = UUID(said["signature"])
    signature = signatures.get(key)
    return Commit(said, index, bytes(signature.leaves) if signature else b"", key.bytes)


def _row_faults(commit: Commit, row: copying.Fields) -> Iterator[Fault]:
    fresh = sha256(b"\x00" + (row[STATEMENT] or b"")).digest()
    place = int.from_bytes(row[LEAF] or b"")
    commit.hashes.append(fresh)
    what = fault_of(row, fresh)
    if what is None and (
        row[APPROVAL] != commit.approval or commit.leaves[place * 32 : place * 32 + 32] != fresh
    ):
        what = "signature"
    if what is None:
        commit.places.append((place, row[KEY], row[NUMBER]))
    else:
        commit.faults += 1
        name = name_of(row[KEY], row[NUMBER])
        yield Fault.of("DOS-VERSION-CHANGED", commit.index, KIND, name, what)


def name_of(key: bytes | None, number: bytes | None) -> str:
    """Person and number, as the columns have them."""
    return f"{UUID(bytes=key or bytes(16))}/{int.from_bytes(number or b'')}"


def fault_of(row: copying.Fields, fresh: bytes) -> str | None:  # noqa: PLR0911 - one a part that may differ
    """Which part of a stored version does not fit the hash of its statement just computed, or None."""
    try:
        stated = _read(row[STATEMENT] or b"")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "statement"
    if row[HASH] != fresh:
        return "hash"
    if sha256(row[DOCUMENT] or b"").hexdigest() != stated.document_sha256:
        return "document"
    previous = row[PREVIOUS]
    if (None if previous is None else previous.hex()) != stated.base:
        return "chain"
    if int.from_bytes(row[NUMBER] or b"") != stated.number:
        return "number"
    if (row[KEY] or b"").hex() != stated.person.replace("-", ""):
        return "person"
    return None if day_of(row[VALID_FROM] or b"") == stated.valid_from else "valid_from"


@lru_cache(maxsize=4096)
def day_of(days: bytes) -> str:
    """A date as the server counts it, from 1 January 2000."""
    return (EPOCH + timedelta(days=int.from_bytes(days, signed=True))).isoformat()


def _commit_faults(commit: Commit) -> Iterator[Fault]:
    said, got = commit.said, len(commit.hashes)
    subject = f"{said['first']}-{said['last']}"
    if got != said["count"]:
        missing = _missing(commit)
        yield Fault.of(
            "DOS-VERSION-MISSING", commit.index, KIND, subject, "count", got=got, missing="; ".join(missing)
        )
    elif merkle.root(commit.hashes).hex() != said["root"]:
        moved = _moved(commit) or ["?"]
        if not commit.faults:
            yield Fault.of("DOS-VERSION-ORDER", commit.index, KIND, subject, "order", moved="; ".join(moved))


def _missing(commit: Commit) -> list[str]:
    """Persons and numbers of versions that were approved and are gone, as what follows them tells."""
    there = set(commit.hashes)
    gone = [leaf for leaf in merkle.split(commit.leaves) if leaf not in there][:NAMED]
    after = Version.objects.filter(previous__in=gone).values_list("dossier__key", "number")
    last = Dossier.objects.filter(current_hash__in=gone).values_list("key", "current_number")
    return sorted(
        {f"{key}/{number - 1}" for key, number in after} | {f"{key}/{number}" for key, number in last}
    )


def _moved(commit: Commit) -> list[str]:
    """Versions that do not stand in the order in which they were approved."""
    ordered = sorted(place for place, _, _ in commit.places)
    pairs = zip(commit.places, ordered, strict=True)
    return [name_of(key, number) for (place, key, number), wanted in pairs if place != wanted][:NAMED]


def _signature_faults(commit: Commit, signatures: Mapping[UUID, Signature], known: Trust) -> Iterator[Fault]:
    named = commit.said["signature"]
    signature = signatures.get(UUID(named))
    people = ", ".join(name_of(key, number) for _, key, number in commit.places[:NAMED])
    if signature is None:
        yield Fault.of("DOS-SIGNATURE", commit.index, KIND, named, "missing", reason="", people=people)
        return
    verdict = verify_batch(signature, known)
    if verdict.status == "invalid":
        yield Fault.of(
            "DOS-SIGNATURE", commit.index, KIND, named, "signature", reason=verdict.message, people=people
        )


def brought_faults(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
    """Faults among the versions that came with a dossier handed over: each under the approval it names itself."""
    signatures: dict[str, Signature] = {}
    hashes: list[bytes] = []
    for row in list(copying.rows(QUERY, (payload["first"], payload["last"]))):
        fresh = sha256(b"\x00" + (row[STATEMENT] or b"")).digest()
        hashes.append(fresh)
        approval = UUID(bytes=row[APPROVAL] or bytes(16))
        signature = signatures.setdefault(str(approval), Signature.objects.get(pk=approval))
        place = int.from_bytes(row[LEAF] or b"") * 32
        what = fault_of(row, fresh)
        if what is None and bytes(signature.leaves)[place : place + 32] != fresh:
            what = "signature"
        if what is not None:
            name = name_of(row[KEY], row[NUMBER])
            yield Fault.of("DOS-VERSION-CHANGED", index, BROUGHT, name, what)
    if len(hashes) != payload["count"] or merkle.root(hashes).hex() != payload["root"]:
        subject, got = f"{payload['first']}-{payload['last']}", len(hashes)
        yield Fault.of(
            "DOS-VERSION-MISSING", index, BROUGHT, subject, "root", got=got, missing=payload["person"]
        )
    known = _known(signatures.values())
    for key, signature in signatures.items():
        verdict = verify_batch(signature, known)
        if verdict.status == "invalid":
            person = payload["person"]
            reason = verdict.message
            yield Fault.of("DOS-SIGNATURE", index, BROUGHT, key, "signature", reason=reason, people=person)


def beyond_faults() -> Iterator[Fault]:
    """Versions no entry of the log speaks of: after the last one entered, or before the first that was brought."""
    entry = Entry.objects.filter(kind=KIND).order_by("-index").first()
    last = int(entry.subject.rpartition("-")[2]) if entry else 0
    brought = Entry.objects.filter(kind=BROUGHT).order_by("-index").first()
    lowest = int(orjson.loads(brought.payload)["first"]) if brought else 1
    extra = Version.objects.filter(position__gt=last) | Version.objects.filter(position__lt=lowest)
    extra |= Version.objects.filter(position=0)
    for version in extra.select_related("dossier").order_by("position")[:NAMED]:
        name = f"{version.dossier.key}/{version.number}"
        yield Fault.of("DOS-VERSION-EXTRA", entry.index if entry else 0, KIND, name, "extra")
