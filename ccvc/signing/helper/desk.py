"""What the signing program knows: whom it was paired with, what waits to be signed, and how the PIN was tried."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import compare_digest, randbelow, token_urlsafe
from typing import Any

from cryptography import x509

from ccvc.signing import keys, pins
from ccvc.signing.helper.reading import Read, read
from ccvc.signing.signers.contract import Signer
from ccvc.standard.problems import Problem

ATTEMPTS = 3
CODE_DIGITS = 8
LIFE = timedelta(minutes=10)
MOST_WAITING = 4
_WRONG = {"SIG-PIN", "SIG-PASSPHRASE", "SIG-PKCS12-PASSWORD"}

Open = Callable[[str], Signer]
"""Opens the key with a PIN."""


@dataclass
class Waiting:
    """One thing to be signed: `state` is waiting, signed or refused; `form` is known to its own page alone."""

    read: Read
    origin: str
    until: datetime
    form: str = field(default_factory=token_urlsafe, repr=False)
    state: str = "waiting"
    signatures: list[bytes] = field(default_factory=list)
    failures: int = 0


@dataclass
class Desk:
    """The state of a running program; every act is one at a time."""

    chain: tuple[x509.Certificate, ...]
    algorithm: str
    open: Open = field(repr=False)
    say: Callable[[str], None] = print
    code: str = ""
    _paired: dict[str, str] = field(default_factory=dict, repr=False)
    _waiting: dict[str, Waiting] = field(default_factory=dict, repr=False)
    _signed: set[bytes] = field(default_factory=set, repr=False)
    _failures: int = 0
    _alone: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def __post_init__(self) -> None:
        """The first pairing code."""
        self._new_code()

    def _new_code(self) -> None:
        """A code nobody has seen; said on the program's own screen alone."""
        self.code = f"{randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        self._failures = 0
        self.say(f"Mã ghép nối: {self.code[:4]} {self.code[4:]}")

    def pair(self, code: str, origin: str) -> str:
        """What a page of this origin shows from now on; a code is used once. Problem SIG-HELPER-CODE."""
        with self._alone:
            if not compare_digest(code.replace(" ", "").encode(), self.code.encode()):
                self._failures += 1
                if self._failures >= ATTEMPTS:
                    self._new_code()
                raise Problem("SIG-HELPER-CODE")
            self._new_code()
            self._paired[made := token_urlsafe()] = origin
            return made

    def knows(self, token: str, origin: str) -> bool:
        """Whether a page of this origin was paired."""
        return self._paired.get(token) == origin

    def take(self, given: Mapping[str, Any], origin: str) -> str:
        """Something to be signed, read and kept waiting; Problem SIG-HELPER-UNREADABLE, -BUSY, -AGAIN."""
        now = datetime.now(UTC)
        found = read(given, self.chain[0], self.algorithm, now)
        with self._alone:
            self._waiting = {name: one for name, one in self._waiting.items() if one.until > now}
            if self._signed & {sha256(one).digest() for one in found.payloads}:
                raise Problem("SIG-HELPER-AGAIN")
            if len(self._waiting) >= MOST_WAITING:
                raise Problem("SIG-HELPER-BUSY")
            self._waiting[made := token_urlsafe()] = Waiting(found, origin, now + LIFE)
            return made

    def waiting(self, name: str) -> Waiting:
        """What waits under a name; Problem SIG-HELPER-GONE."""
        found = self._waiting.get(name)
        if found is None or found.until < datetime.now(UTC):
            raise Problem("SIG-HELPER-GONE")
        return found

    def answer(self, name: str, origin: str) -> dict[str, str]:
        """How it stands, for the page that asked; signatures are handed out once, in their order."""
        with self._alone:
            found = self.waiting(name)
            if found.origin != origin:
                raise Problem("SIG-HELPER-GONE")
            if found.state == "waiting":
                return {"state": "waiting"}
            del self._waiting[name]
            return {"state": found.state, "signature": " ".join(one.hex() for one in found.signatures)}

    def refuse(self, name: str, form: str) -> None:
        """The officer does not sign."""
        with self._alone:
            self._own(name, form).state = "refused"

    def sign(self, name: str, form: str, pin: str) -> None:
        """The officer signs: Problem SIG-PIN and others of the key; after three wrong PINs it is refused."""
        with self._alone:
            found = self._own(name, form)
            if found.read.enrols:
                pins.check_pin(pin, found.read.account)
            try:
                made = signed_by(self.open(pin), found.read.payloads)
            except Problem as problem:
                if problem.code in _WRONG:
                    found.failures += 1
                    found.state = "refused" if found.failures >= ATTEMPTS else "waiting"
                raise
            self._signed |= {sha256(one).digest() for one in found.read.payloads}
            found.signatures, found.state = made, "signed"

    def _own(self, name: str, form: str) -> Waiting:
        found = self.waiting(name)
        if found.state != "waiting" or not compare_digest(form.encode(), found.form.encode()):
            raise Problem("SIG-HELPER-GONE")
        return found


def signed_by(signer: Signer, payloads: Sequence[bytes]) -> list[bytes]:
    """A signature over each, under one login where a token has such."""
    together = getattr(signer, "sign_many", None)
    return list(together(payloads)) if together else [signer.sign(one) for one in payloads]


def algorithm_of(cert: x509.Certificate) -> str:
    """What a token of this certificate signs with."""
    return {"secp256r1": "ES256", "secp384r1": "ES384"}.get(keys.name_of(cert.public_key()), "RS256")
