"""A package while it is made, step by step, so that a sample can spoil any one of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import orjson

from ccvc import standard
from ccvc.exchange.domain import container, content
from ccvc.node.conformance.samples.scheme import (
    RECEIVER,
    SENDER,
    Approval,
    Change,
    Scheme,
    approval_line,
    change,
    change_lines,
)
from ccvc.signing import jwe, jws
from ccvc.signing.store import KeyPair

Envelope = dict[str, Any]


def as_it_is(value: Any) -> Any:
    """Spoils nothing."""
    return value


@dataclass
class Draft:
    """A valid package of the sender, number 1, with two changes, unless told otherwise."""

    scheme: Scheme
    lines: Sequence[bytes] = ()
    sender: str = SENDER
    signer: KeyPair | None = None
    recipient: KeyPair | None = None
    stated: dict[str, Any] = field(default_factory=dict)
    join: Callable[[Sequence[bytes]], bytes] = content.join_lines
    compress: Callable[[bytes], bytes] = content.compress
    bound_to: UUID | None = None
    payload: Callable[[bytes], bytes] = as_it_is
    envelope: Callable[[Envelope], Envelope] = as_it_is
    digest: str = ""

    def build(self) -> bytes:
        """The bytes of the package; its name is in `digest` afterwards."""
        lines = list(self.lines or two_changes(self.scheme))
        package_id, key = uuid4(), content.new_key()
        blob = content.encrypt(self.compress(self.join(lines)), key, self.bound_to or package_id)
        signed = self.payload(standard.canonical(self._manifest(package_id, lines, blob)))
        self.digest = hashlib.sha256(signed).hexdigest()
        by = self.signer or self.scheme.pair(self.sender, "sign")
        to = self.recipient or self.scheme.pair(RECEIVER, "encrypt")
        envelope = {
            "key": jwe.wrap(key, to.cert),
            "manifest": jws.sign(signed, by.key, by.chain, at=self.scheme.at),
        }
        return container.join(orjson.dumps(self.envelope(envelope)), blob)

    def _manifest(self, package_id: UUID, lines: Sequence[bytes], blob: bytes) -> dict[str, Any]:
        made = f"{self.scheme.at:%Y-%m-%dT%H:%M:%SZ}"
        manifest = {
            "format": "ccvc-package/1",
            "id": str(package_id),
            "sender": self.sender,
            "receiver": RECEIVER,
            "sequence": 1,
            "previous": None,
            "kind": "changes",
            "standard": standard.current().version,
            "period": {"from": made[:10], "to": made[:10]},
            "records": len(lines),
            "merkle_root": content.merkle_root(lines),
            "blob_sha256": hashlib.sha256(blob).hexdigest(),
            "blob_size": len(blob),
            "created_at": made,
        }
        return {**manifest, **self.stated}


def two_changes(scheme: Scheme) -> list[bytes]:
    """An approval and two changes without fault."""
    return approved(scheme, change(1), change(2))


def approved(scheme: Scheme, *changes: Change, agency: str = SENDER) -> list[bytes]:
    """Changes under one approval of their agency."""
    by = Approval(scheme.pair(agency, "approve"), agency)
    return [approval_line(changes, by, scheme.at), *change_lines(changes)]
