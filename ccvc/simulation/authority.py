"""The authority of demonstrations and tests: it certifies approvers nobody should believe outside them.

Its name says so. Files of its folder: authority.key.pem (unprotected: it protects nothing real),
authority.crt.pem, authority.crl.pem; keys and certificates of its services for time stamps (tsa) and the state of
certificates (ocsp); port.txt, on which services answer (ccvc.simulation.services) that its certificates name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509

from ccvc.signing import certificates, keys, revocation
from ccvc.signing.addresses import NO_SERVICES, Services
from ccvc.signing.certificates import Issuer, Use
from ccvc.signing.revocation import Revocation

NAME = "SYNTHETIC — CCVC demo authority"
KEY, CERTIFICATE, REVOKED = "authority.key.pem", "authority.crt.pem", "authority.crl.pem"
PORT = "port.txt"
_OWNER_ONLY = 0o600
APPROVER_DAYS = 365
SERVICE_DAYS = 1825
RECENT = timedelta(minutes=5)
_SERVICES: tuple[tuple[str, str, Use], ...] = (
    ("tsa", "SYNTHETIC — CCVC demo time stamps", "timestamp"),
    ("ocsp", "SYNTHETIC — CCVC demo responder", "ocsp"),
)


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
        key, chain = _read_pair(folder, "authority")
        return cls(folder, Issuer(key, chain[0]))

    def _open_service(self, name: str, title: str, use: Use) -> None:
        key = keys.generate()
        cert = certificates.issue(
            self.issuer,
            key.public_key(),
            common_name=title,
            agency_code=None,
            use=use,
            days=SERVICE_DAYS,
            services=self.services if use == "timestamp" else NO_SERVICES,
        )
        _write(self.folder / f"{name}.key.pem", keys.to_pem(key, None))
        _write(self.folder / f"{name}.crt.pem", certificates.to_pem([cert]))

    @property
    def stamping(self) -> tuple[keys.PrivateKey, tuple[x509.Certificate, ...]]:
        """Key and certificate chain of its time-stamping service."""
        return _read_pair(self.folder, "tsa")

    @property
    def responding(self) -> tuple[keys.PrivateKey, x509.Certificate]:
        """Key and certificate of its responder."""
        key, chain = _read_pair(self.folder, "ocsp")
        return key, chain[0]

    @property
    def port(self) -> int | None:
        """The port its services answer on; None before they were first started."""
        file = self.folder / PORT
        return int(file.read_text(encoding="ascii")) if file.exists() else None

    def serve_at(self, port: int) -> None:
        """Have certificates issued from now on name services on this port; the services get theirs the first time."""
        if self.port != port:
            _write(self.folder / PORT, str(port))
        for name, title, use in _SERVICES:
            if not (self.folder / f"{name}.crt.pem").exists():
                self._open_service(name, title, use)

    def url(self, service: str) -> str | None:
        """Where a service (tsa, ocsp, crl) answers; None where none was started."""
        return f"http://127.0.0.1:{self.port}/{service}" if self.port else None

    @property
    def services(self) -> Services:
        """What its certificates say of where their state can be asked."""
        ocsp, crl = self.url("ocsp"), self.url("crl")
        return Services((ocsp,), (crl,)) if ocsp and crl else NO_SERVICES

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
            services=self.services,
        )
        return certificates.to_pem([leaf])

    def issue_seal(self, request_pem: str, *, name: str, agency_code: str, days: int = APPROVER_DAYS) -> str:
        """A certificate (PEM) for an agency's seal, for the key of a request; Problem SIG-REQUEST."""
        key = certificates.read_request(request_pem).public_key
        leaf = certificates.issue(
            self.issuer,
            key,
            common_name=name,
            agency_code=agency_code,
            use="seal",
            days=days,
            services=self.services,
        )
        return certificates.to_pem([leaf])

    def revoke(
        self,
        cert: x509.Certificate,
        *,
        at: datetime | None = None,
        reason: x509.ReasonFlags | None = None,
    ) -> str:
        """Take a certificate out of force, from a moment or now; the new list (PEM)."""
        entry = Revocation(cert.serial_number, at or datetime.now(UTC), reason)
        pem = revocation.revoke(self.issuer, self._list(), [entry])
        _write(self.folder / REVOKED, pem)
        return pem

    def crl(self) -> str:
        """The revocation list (PEM), renewed now: a list a month old no longer counts."""
        pem = revocation.revoke(self.issuer, self._list())
        _write(self.folder / REVOKED, pem)
        return pem

    def recent_crl(self) -> str:
        """The revocation list (PEM), renewed where it is older than a few minutes."""
        pem = self._list()
        recent = datetime.now(UTC) - revocation.read(pem).last_update_utc < RECENT + certificates.SKEW
        return pem if recent else self.crl()

    def _list(self) -> str:
        return (self.folder / REVOKED).read_text(encoding="ascii")


def _read_pair(folder: Path, name: str) -> tuple[keys.PrivateKey, tuple[x509.Certificate, ...]]:
    key = keys.from_pem((folder / f"{name}.key.pem").read_text(encoding="ascii"))
    return key, certificates.from_pem((folder / f"{name}.crt.pem").read_text(encoding="ascii"))


def _write(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner alone."""
    made = path.with_suffix(".new")
    made.touch(mode=_OWNER_ONLY)
    made.write_text(text, encoding="ascii")
    made.replace(path)
