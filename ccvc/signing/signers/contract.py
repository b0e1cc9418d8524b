"""What every means of signing offers once it is open, whatever holds the private key."""

from __future__ import annotations

from typing import Protocol

from cryptography import x509


class Signer(Protocol):
    """An open means of signing; where the key lies elsewhere, only a digest or the data goes there."""

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The signer's certificate, then those above it; the anchor left out."""

    @property
    def algorithm(self) -> str:
        """JOSE name (RFC 7518) of what `sign` does: ES256, ES384, PS256 or RS256."""

    def sign(self, data: bytes) -> bytes:
        """The signature over data, hashed here; r and s side by side for curves, as JOSE has it.

        Problem SIG-PASSPHRASE, SIG-LOCKED or another of the means where it can no longer sign.
        """
