"""The content key of a package, wrapped to its receiver: compact serialization of RFC 7516."""

from __future__ import annotations

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


def unwrap(token: str, private_key: PrivateKey) -> bytes:
    """The 32-byte key inside; Problem SIG-UNWRAP whatever the reason it does not open."""
    allowed, on = algorithms.current(), algorithms.today()
    names = [*allowed.names("jwe_key", on), *allowed.names("jwe_content", on)]
    registry = jose.JWERegistry(algorithms=names)
    if len(token) > _MOST_TOKEN:
        raise Problem("SIG-UNWRAP")
    try:
        opened = jose.decrypt_compact(token, ECKey.import_key(private_key), registry=registry).plaintext
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Problem("SIG-UNWRAP") from error
    if opened is None or len(opened) != KEY_BYTES:
        raise Problem("SIG-UNWRAP")
    return opened
