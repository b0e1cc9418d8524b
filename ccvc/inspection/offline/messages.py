"""Signed messages, and whether their signers were who they say when they signed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from ccvc.inspection.offline.certificates import Certificate, RevocationList
from ccvc.inspection.offline.der import Bad, Unknown, from_pem

SIGNS = "2.25.282424043245899912649103521522143755836.1"
SEALS = "2.25.282424043245899912649103521522143755836.3"
APPROVES = "1.3.6.1.5.5.7.3.36"
KNOWN_EXTENSIONS = {"2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.17", "2.5.29.14", "2.5.29.35"}


def unbase64url(text: str) -> bytes:
    """Strict base64url: one text for one value."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise Bad("base64url")
    return data


def instant(text: str) -> datetime:
    """An RFC 3339 moment."""
    return datetime.fromisoformat(text)


class Message:
    """A JWS with one signature: what it says, by whom."""

    def __init__(self, jws: dict[str, Any]) -> None:
        (member,) = jws["signatures"]
        header = json.loads(unbase64url(member["protected"]))
        self.chain = [Certificate(base64.b64decode(item, validate=True)) for item in header["x5c"]]
        self.said = json.loads(unbase64url(jws["payload"]))
        self.at = instant(self.said["at"])
        covered = f"{member['protected']}.{jws['payload']}".encode()
        fits = self.signer.key.verifies(covered, unbase64url(member["signature"]), header["alg"], raw=True)
        self.holds = fits and header["kid"] == self.signer.fingerprint and "crit" not in header

    @property
    def signer(self) -> Certificate:
        """The signer's certificate."""
        return self.chain[0]


class Trust:
    """The authorities and lists of the bundle, and which anchors the person vouches for."""

    def __init__(self, given: dict[str, Any], fingerprints: set[str]) -> None:
        self.known = [Certificate(from_pem(text)) for text in given["certificates"]]
        self.lists = [RevocationList(from_pem(text)) for text in given["crls"]]
        self.fingerprints, self.used = fingerprints, set[str]()

    def faults(self) -> Iterator[str]:
        """Authorities and lists that are not signed by whom they say."""
        for one in self.known:
            above = [other for other in self.known if other.subject == one.issuer]
            if not any(one.signed_by(other) for other in above):
                yield one.name
        for item in self.lists:
            issuers = [other for other in self.known if other.subject == item.issuer]
            if issuers and not any(item.signed_by(other) for other in issuers):
                yield f"CRL {item.number}"

    def judge(self, message: Message, use: str) -> None:
        """Bad or Unknown unless the signer's certificate held for a use when the message was made."""
        path = self._path(message.chain)
        if path is None:
            raise Bad(f"{message.signer.name}: issuer")
        self.used.add(path[-1].fingerprint)
        uses = message.signer.uses()
        if use not in uses or SEALS in uses:
            raise Bad(f"{message.signer.name}: use")
        for one in path:
            if not one.since <= message.at <= one.until:
                raise Bad(f"{one.name}: {one.since:%d/%m/%Y} – {one.until:%d/%m/%Y}")
            if one.critical - KNOWN_EXTENSIONS:
                raise Bad(f"{one.name}: extension")
        for one, above in pairwise(path):
            self._revoked(one, above, message.at)

    def _path(self, chain: list[Certificate]) -> list[Certificate] | None:
        paths = [[chain[0]]]
        while paths:
            path = paths.pop()
            for above in (*self.known, *chain[1:]):
                if (
                    above.subject == path[-1].issuer
                    and above.may_issue(len(path) - 1)
                    and path[-1].signed_by(above)
                ):
                    if above.subject == above.issuer and above in self.known:
                        return [*path, above]
                    if len(path) < 4 and above not in path:
                        paths.append([*path, above])
        return None

    def _revoked(self, one: Certificate, above: Certificate, at: datetime) -> None:
        lists = [item for item in self.lists if item.issuer == above.subject and item.signed_by(above)]
        newest = max(lists, key=lambda item: item.number, default=None)
        if newest is None:
            raise Unknown(f"{above.name}: CRL")
        since = newest.revoked.get(one.serial)
        if since is not None and since <= at:
            raise Bad(f"{one.name}: thu hồi / revoked {since:%d/%m/%Y}")
        if newest.until is None or newest.until < at:
            raise Unknown(f"{above.name}: CRL {newest.until}")
