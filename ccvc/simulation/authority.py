"""The authority of demonstrations and tests: it certifies approvers nobody should believe outside them.

Its name says so. Files of its folder: authority.key.pem (unprotected: it protects nothing real),
authority.crt.pem, authority.crl.pem.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography import x509

from ccvc.signing import certificates, keys, revocation
from ccvc.signing.certificates import Issuer

NAME = "SYNTHETIC — CCVC demo authority"
KEY, CERTIFICATE, REVOKED = "authority.key.pem", "authority.crt.pem", "authority.crl.pem"
_OWNER_ONLY = 0o600
APPROVER_DAYS = 365


@dataclass(frozen=True)
class DemoAuthority:
    """A root authority in a folder."""

    folder: Path
    issuer: Issuer

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The authority of a folder; made there the first time, its certificate last: none is half-made."""
        if not (folder / CERTIFICATE).exists():
            folder.mkdir(parents=True, exist_ok=True)
            issuer = certificates.create_authority(NAME)
            _write(folder / KEY, keys.to_pem(issuer.key, None))
            _write(folder / REVOKED, revocation.crl(issuer))
            _write(folder / CERTIFICATE, certificates.to_pem([issuer.cert]))
        key = keys.from_pem((folder / KEY).read_text(encoding="ascii"))
        cert = certificates.from_pem((folder / CERTIFICATE).read_text(encoding="ascii"))[0]
        return cls(folder, Issuer(key, cert))

    @property
    def anchor_pem(self) -> str:
        """The certificate to trust, where synthetic approvals are to count."""
        return certificates.to_pem([self.issuer.cert])

    def issue_approver(
        self, request_pem: str, *, person: str, account: str, agency_code: str, days: int = APPROVER_DAYS
    ) -> str:
        """A certificate (PEM) for approving, for the key of a request; Problem SIG-REQUEST.

        The name, the account and the agency are the authority's word, whatever the request proposes.
        """
        asked = certificates.read_request(request_pem)
        leaf = certificates.issue(
            self.issuer,
            asked.public_key,
            common_name=account,
            agency_code=agency_code,
            use="approve",
            days=days,
            person=person,
        )
        return certificates.to_pem([leaf])

    def revoke(self, cert: x509.Certificate) -> str:
        """Take a certificate out of force; the new list (PEM)."""
        pem = revocation.revoke(self.issuer, self._list(), [cert.serial_number])
        _write(self.folder / REVOKED, pem)
        return pem

    def crl(self) -> str:
        """The revocation list (PEM), renewed now: a list a month old no longer counts."""
        pem = revocation.revoke(self.issuer, self._list())
        _write(self.folder / REVOKED, pem)
        return pem

    def _list(self) -> str:
        return (self.folder / REVOKED).read_text(encoding="ascii")


def _write(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner alone."""
    made = path.with_suffix(".new")
    made.touch(mode=_OWNER_ONLY)
    made.write_text(text, encoding="ascii")
    made.replace(path)
