"""A key in a token, card or module behind PKCS #11 (OASIS, version 2.40): it signs there, and never leaves.

The PIN is used to log in for one act and then out again, one act at a time: a login holds for the whole process, so
that another thread would else sign without a PIN.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256, sha384
from pathlib import Path
from typing import Any

import pkcs11
from cryptography import x509
from pkcs11 import Attribute, Mechanism, ObjectClass
from pkcs11 import exceptions as faults

from ccvc.signing import keys
from ccvc.signing.certificates import readable
from ccvc.signing.unreadable import UNREADABLE
from ccvc.standard.problems import Problem

_ALONE = threading.RLock()
_SALTED = (Mechanism.SHA256, pkcs11.MGF.SHA256, 32)
_WRONG_PIN = (faults.PinIncorrect, faults.PinInvalid, faults.PinLenRange)
_CURVES = {"secp256r1": ("ES256", sha256), "secp384r1": ("ES384", sha384)}
_MOST_CERTIFICATES = 32


@dataclass(frozen=True)
class Place:
    """Which key: the module (a library of the token's maker), the token, the key where it has several."""

    module: Path
    token: str
    key: str = ""


@dataclass(frozen=True)
class Pkcs11Signer:
    """Signs in the token; `rsa` is the JOSE name used where the key is RSA."""

    place: Place
    chain: tuple[x509.Certificate, ...]
    pin: str = field(repr=False)
    rsa: str = "RS256"

    @property
    def algorithm(self) -> str:
        """By the certificate's key."""
        found = _CURVES.get(keys.name_of(self.chain[0].public_key()))
        return found[0] if found else self.rsa

    def check(self) -> None:
        """Log in and find the key; Problem SIG-PIN, SIG-TOKEN-LOCKED, SIG-TOKEN-ABSENT, SIG-TOKEN-KEY, SIG-MODULE."""
        with self._key():
            pass

    def sign(self, data: bytes) -> bytes:
        """The signature over data as JOSE has it; the Problems of `check`."""
        return self.sign_many([data])[0]

    def sign_many(self, many: Sequence[bytes]) -> list[bytes]:
        """Signatures over each, under one login."""
        with self._key() as key:
            return [self._sign(key, data) for data in many]

    def _sign(self, key: Any, data: bytes) -> bytes:
        curve = _CURVES.get(keys.name_of(self.chain[0].public_key()))
        if curve is not None:
            made = key.sign(curve[1](data).digest(), mechanism=Mechanism.ECDSA)
        elif self.rsa == "PS256":
            made = key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS_PSS, mechanism_param=_SALTED)
        else:
            made = key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS)
        return bytes(made)

    @contextmanager
    def _key(self) -> Iterator[Any]:
        with _session(self.place, self.pin) as session:
            yield _one_key(session, self.place)


def certificates_in(place: Place, pin: str | None = None) -> tuple[x509.Certificate, ...]:
    """The certificate of the place's key, then those above it that the token holds; Problem SIG-TOKEN-KEY if none."""
    with _session(place, pin) as session:
        found = [(bytes(one[Attribute.ID]), _read(one[Attribute.VALUE])) for one in _certificates(session)]
        wanted = bytes(_one_key(session, place)[Attribute.ID]) if pin is not None else None
    usable = [(identity, cert) for identity, cert in found if cert is not None]
    leaf = next((cert for identity, cert in usable if wanted is None or identity == wanted), None)
    if leaf is None:
        raise Problem("SIG-TOKEN-KEY", token=place.token, key=place.key or "*")
    chain = [leaf]
    while above := next((c for _, c in usable if c.subject == chain[-1].issuer and c not in chain), None):
        if above.subject == above.issuer:
            break
        chain.append(above)
    return tuple(chain)


def _certificates(session: Any) -> list[Any]:
    found = session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
    return [one for one, _ in zip(found, range(_MOST_CERTIFICATES), strict=False)]


def _read(data: bytes) -> x509.Certificate | None:
    try:
        cert = x509.load_der_x509_certificate(bytes(data))
    except UNREADABLE:
        return None
    return cert if readable(cert) else None


def _one_key(session: Any, place: Place) -> Any:
    """The private key of the label, or the only one; Problem SIG-TOKEN-KEY."""
    wanted: dict[Any, Any] = {Attribute.CLASS: ObjectClass.PRIVATE_KEY}
    if place.key:
        wanted[Attribute.LABEL] = place.key
    found = list(session.get_objects(wanted))
    if len(found) != 1:
        raise Problem("SIG-TOKEN-KEY", token=place.token, key=place.key or "*")
    return found[0]


@contextmanager
def _session(place: Place, pin: str | None) -> Iterator[Any]:
    with _ALONE:
        try:
            token = _token(place)
            with token.open(user_pin=pin) if pin is not None else token.open() as session:
                yield session
        except _WRONG_PIN as error:
            raise Problem("SIG-PIN", where="passphrase") from error
        except faults.PinLocked as error:
            raise Problem("SIG-TOKEN-LOCKED", token=place.token) from error
        except (
            faults.NoSuchToken,
            faults.TokenNotPresent,
            faults.DeviceRemoved,
            faults.SlotIDInvalid,
        ) as error:
            raise Problem("SIG-TOKEN-ABSENT", token=place.token) from error
        except (faults.PKCS11Error, RuntimeError, OSError) as error:
            reason = str(error) or type(error).__name__
            raise Problem("SIG-MODULE", where=place.module.name, reason=reason) from error


def _token(place: Place) -> Any:
    return pkcs11.lib(str(place.module)).get_token(token_label=place.token)
