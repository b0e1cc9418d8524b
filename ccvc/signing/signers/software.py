"""A private key in this process's memory: of an opened key file, and of the node itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from ccvc.signing import keys
from ccvc.standard.problems import Problem

_CURVES: dict[str, tuple[str, hashes.HashAlgorithm]] = {
    "secp256r1": ("ES256", hashes.SHA256()),
    "secp384r1": ("ES384", hashes.SHA384()),
}


@dataclass(frozen=True)
class SoftwareSigner:
    """Signs with a key it holds, which cannot be printed; `rsa` is the JOSE name used where the key is RSA."""

    private: keys.SigningKey = field(repr=False)
    chain: tuple[x509.Certificate, ...]
    rsa: str = "RS256"

    def __post_init__(self) -> None:
        """The first certificate is of this key; Problem SIG-KEY-MISMATCH."""
        if self.chain[0].public_key() != self.private.public_key():
            raise Problem("SIG-KEY-MISMATCH")

    @property
    def algorithm(self) -> str:
        """By the key."""
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            return _CURVES[self.private.curve.name][0]
        return self.rsa

    def sign(self, data: bytes) -> bytes:
        """The signature over data in the form of RFC 7518 sections 3.3 to 3.5."""
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            return _on_curve(self.private, data)
        if self.rsa == "PS256":
            salted = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
            return self.private.sign(data, salted, hashes.SHA256())
        return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())


def _on_curve(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    first, second = decode_dss_signature(key.sign(data, ec.ECDSA(_CURVES[key.curve.name][1])))
    size = (key.curve.key_size + 7) // 8
    return first.to_bytes(size, "big") + second.to_bytes(size, "big")
