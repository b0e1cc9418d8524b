"""The officer's key: in a token, or in a PKCS#12 file of their own."""

from __future__ import annotations

from pathlib import Path

from ccvc.signing.helper.desk import Desk, algorithm_of
from ccvc.signing.signers import SoftwareSigner, pkcs12
from ccvc.signing.signers.contract import Signer
from ccvc.signing.signers.pkcs11 import Pkcs11Signer, Place, certificates_in


def token_desk(place: Place) -> Desk:
    """A desk over a token; its certificate is read without a PIN."""
    chain = certificates_in(place)
    return Desk(chain, algorithm_of(chain[0]), lambda pin: Pkcs11Signer(place, chain, pin))


def file_desk(file: Path, password: str) -> Desk:
    """A desk over a file; its password is asked for again at each signature, and not kept."""
    _, chain = pkcs12.read(file.read_bytes(), password)

    def opened(again: str) -> Signer:
        return SoftwareSigner(*pkcs12.read(file.read_bytes(), again))

    return Desk(chain, algorithm_of(chain[0]), opened)
