"""A private key in this process's memory: of an opened key file, and of the node itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from ccvc.signing import keys

_ALGORITHMS: dict[str, tuple[str, hashes.HashAlgorithm]] = {
    "secp256r1": ("ES256", hashes.SHA256()),
    "secp384r1": ("ES384", hashes.SHA384()),
}


@dataclass(frozen=True)
class SoftwareSigner:
    """Signs with a key it holds; the key cannot be printed."""

    private: keys.PrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...]

    @property
    def algorithm(self) -> str:
        """By the curve of the key."""
        return _ALGORITHMS[self.private.curve.name][0]

    def sign(self, data: bytes) -> bytes:
        """The signature over data in the form of RFC 7518 section 3.4."""
        digest = _ALGORITHMS[self.private.curve.name][1]
        first, second = decode_dss_signature(self.private.sign(data, ec.ECDSA(digest)))
        size = (self.private.curve.key_size + 7) // 8
        return first.to_bytes(size, "big") + second.to_bytes(size, "big")
