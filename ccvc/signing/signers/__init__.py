"""Means of signing behind one contract: a key in a file, a token or module, a remote service, the officer's machine."""

from __future__ import annotations

from ccvc.signing.signers.contract import Signer
from ccvc.signing.signers.software import SoftwareSigner

__all__ = ["Signer", "SoftwareSigner"]
