"""Signed messages, and whether their signers were who they say when they signed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from ccvc.inspection.offline.allowed import refuse_banned
from ccvc.inspection.offline.answers import TAKEN, Answer, refuse_revoked, words
from ccvc.inspection.offline.certificates import Certificate, RevocationList
from ccvc.inspection.offline.der import Bad, from_pem
from ccvc.inspection.offline.proving import Evidence

SIGNS = "2.25.282424043245899912649103521522143755836.1"
SEALS = "2.25.282424043245899912649103521522143755836.3"
APPROVES = "1.3.6.1.5.5.7.3.36"
STAMPS = "1.3.6.1.5.5.7.3.8"
KNOWN_EXTENSIONS = {
    "2.5.29.19",
    "2.5.29.15",
    "2.5.29.37",
    "2.5.29.17",
    "2.5.29.14",
    "2.5.29.35",
    "2.5.29.31",
    "1.3.6.1.5.5.7.1.1",
    "1.3.6.1.5.5.7.48.1.5",
}


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
        self.jws, self.header = jws, json.loads(unbase64url(member["protected"]))
        self.chain = [Certificate(base64.b64decode(item, validate=True)) for item in self.header["x5c"]]
        self.said = json.loads(unbase64url(jws["payload"]))
        self.at = instant(self.said["at"])
        self.covered = f"{member['protected']}.{jws['payload']}".encode()
        self.signature = unbase64url(member["signature"])

    @property
    def signer(self) -> Certificate:
        """The signer's certificate."""
        return self.chain[0]

    def holds(self) -> bool:
        """Whether the signature is by the certificate the header names; Unknown for an algorithm not known here."""
        named = self.header["kid"] == self.signer.fingerprint and "crit" not in self.header
        return named and self.signer.key.verifies(self.covered, self.signature, self.header["alg"])


class Trust:
    """The authorities and lists of the bundle, and which anchors the person vouches for."""

    def __init__(self, given: dict[str, Any], fingerprints: set[str]) -> None:
        self.known = [Certificate(from_pem(text)) for text in given["certificates"]]
        self.lists = [RevocationList(from_pem(text)) for text in given["crls"]]
        self.answers: list[Answer] = []
        self.between: list[Certificate] = []
        self.fingerprints, self.used = fingerprints, set[str]()

    def knowing(self, evidence: Evidence | None, chain: Iterable[Certificate] = ()) -> Trust:
        """The same anchors, with what came along: none of it is believed without them."""
        found = Trust({"certificates": [], "crls": []}, self.fingerprints)
        found.known, found.used = self.known, self.used
        found.lists = [*self.lists, *(evidence.lists if evidence else [])]
        found.answers = [*self.answers, *(evidence.answers if evidence else [])]
        found.between = [*self.between, *chain, *(evidence.certs if evidence else [])]
        return found

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

    def judge(self, signer: Certificate, use: str, at: datetime) -> None:
        """Bad or Unknown unless a certificate held for a use at a moment; the anchor it rests on is noted."""
        path = self.path(signer)
        if path is None:
            raise Bad(f"{signer.name}: issuer")
        self.used.add(path[-1].fingerprint)
        uses = signer.uses()
        if use not in uses or SEALS in uses or (use == STAMPS and len(uses) > 1):
            raise Bad(f"{signer.name}: use")
        for one in path:
            if not one.since <= at <= one.until:
                raise Bad(f"{one.name}: {one.since:%d/%m/%Y} – {one.until:%d/%m/%Y}")
            if one.critical - KNOWN_EXTENSIONS:
                raise Bad(f"{one.name}: extension")
        refuse_banned(algorithms_of(path), at)
        for one, above in pairwise(path):
            refuse_revoked(one, above, words(one, above, self.lists, self.answers), at)

    def taken(self, signer: Certificate, until: datetime | None = None) -> str:
        """Which certificate of the path lost its key to another, as far as was known; empty where none did."""
        for one, above in pairwise(self.path(signer) or []):
            for word in words(one, above, self.lists, self.answers):
                if word.since and word.reason in TAKEN and (until is None or word.since <= until):
                    return f"{one.name}: {word.since:%d/%m/%Y}"
        return ""

    def path(self, signer: Certificate) -> list[Certificate] | None:
        """From a certificate up to an authority of the bundle that stands by itself; None where there is no way."""
        paths = [[signer]]
        while paths:
            path = paths.pop()
            for above in (*self.known, *self.between):
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


def algorithms_of(path: list[Certificate]) -> list[tuple[str, str]]:
    """What the certificates of a path are signed with, and their keys."""
    return [pair for one in path for pair in (("certificate", one.algorithm), ("public_key", one.key.name))]
