"""The content key of a package, wrapped to its receiver: compact serialization of RFC 7516."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cryptography import x509
from joserfc import jwe as jose
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from ccvc.signing import algorithms
from ccvc.signing.certificates import fingerprint, use_of
from ccvc.signing.keys import PrivateKey, PublicKey
from ccvc.signing.verification import wrong_use
from ccvc.standard.problems import Problem

KEY_BYTES = 32
_MOST_TOKEN = 4096


def wrap(key32: bytes, recipient_cert: x509.Certificate) -> str:
    """Wrap a 32-byte key to the holder of an encryption certificate; SIG-USE for any other certificate."""
    if len(key32) != KEY_BYTES:
        raise ValueError("a content key has 32 bytes")
    public_key = recipient_cert.public_key()
    if use_of(recipient_cert) != "encrypt" or not isinstance(public_key, PublicKey):
        raise wrong_use(recipient_cert, "encrypt").problem()
    allowed, on = algorithms.current(), algorithms.today()
    header = {
        "alg": allowed.choose("jwe_key", on),
        "enc": allowed.choose("jwe_content", on),
        "kid": fingerprint(recipient_cert),
    }
    registry = jose.JWERegistry(algorithms=[header["alg"], header["enc"]])
    return jose.encrypt_compact(header, key32, ECKey.import_key(public_key), registry=registry)


@dataclass(frozen=True, slots=True)
class DecryptKeys:
    """The key a node decrypts with, and those of before by the SHA-256 of their certificates (`kid`)."""

    current: PrivateKey
    earlier: Mapping[str, PrivateKey] = field(default_factory=dict)

    def for_token(self, token: str) -> Iterator[PrivateKey]:
        """The keys to try: the one the token names first, then the current one, then the others."""
        named = self.earlier.get(_kid(token))
        if named is not None:
            yield named
        yield self.current
        yield from (key for key in self.earlier.values() if key is not named)


def _kid(token: str) -> str:
    """The certificate a token says it is for; "" where it says none."""
    head = token.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
        return str(header["kid"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def unwrap(token: str, private_key: PrivateKey | DecryptKeys) -> bytes:
    """The 32-byte key inside; Problem SIG-UNWRAP whatever the reason it does not open."""
    if len(token) > _MOST_TOKEN:
        raise Problem("SIG-UNWRAP")
    allowed, on = algorithms.current(), algorithms.today()
    names = [*allowed.names("jwe_key", on), *allowed.names("jwe_content", on)]
    registry = jose.JWERegistry(algorithms=names)
    keys = private_key.for_token(token) if isinstance(private_key, DecryptKeys) else (private_key,)
    for key in keys:
        if (opened := _opened(token, key, registry)) is not None:
            return opened
    raise Problem("SIG-UNWRAP")


def _opened(token: str, key: PrivateKey, registry: jose.JWERegistry) -> bytes | None:
    try:
        opened = jose.decrypt_compact(token, ECKey.import_key(key), registry=registry).plaintext
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return opened if opened is not None and len(opened) == KEY_BYTES else None
