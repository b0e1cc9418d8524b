"""From a kept means of signing and its secret to an open signer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccvc.signing import certificates, keys
from ccvc.signing.signers.contract import Signer
from ccvc.signing.signers.software import SoftwareSigner
from ccvc.standard.problems import Problem

if TYPE_CHECKING:
    from ccvc.signing.models import SigningMeans


def signer_of(row: SigningMeans, secret: str) -> Signer:
    """Open by kind; Problem SIG-PASSPHRASE or SIG-PIN where the secret is wrong."""
    chain = certificates.from_pem(row.certificate_pem)
    if row.kind in {"software", "pkcs12"}:
        return SoftwareSigner(keys.signing_from_pem(row.encrypted_pem, secret), chain)
    raise Problem("SIG-MEANS-LOCAL", label=row.label)
