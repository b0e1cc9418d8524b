"""From a kept means of signing and its secret to an open signer.

Where the key is elsewhere, the row names a module or service of the node's settings: no page can make the node load a
library or call an address of its choice.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from django.conf import settings

from ccvc.signing import certificates, keys, pins
from ccvc.signing.signers.contract import Signer
from ccvc.signing.signers.pkcs11 import Pkcs11Signer, Place
from ccvc.signing.signers.remote import RemoteSigner, Service
from ccvc.signing.signers.software import SoftwareSigner
from ccvc.standard.problems import Problem

if TYPE_CHECKING:
    from ccvc.signing.models import SigningMeans


def signer_of(row: SigningMeans, secret: str) -> Signer:
    """Open by kind; Problem SIG-PASSPHRASE or SIG-PIN where the secret is wrong, and those of each signer."""
    chain = certificates.from_pem(row.certificate_pem)
    if row.kind in {"software", "pkcs12"}:
        return SoftwareSigner(keys.signing_from_pem(row.encrypted_pem, secret), chain)
    if row.kind == "pkcs11":
        token = token_signer(place_of(row.place), chain, secret)
        token.check()
        return token
    if row.kind == "remote":
        return remote_signer(row.place, chain, secret)
    raise Problem("SIG-MEANS-LOCAL", label=row.label)


def token_signer(place: Place, chain: tuple[x509.Certificate, ...], pin: str) -> Pkcs11Signer:
    """A signer on a token."""
    return Pkcs11Signer(place, chain, pin)


def place_of(kept: dict[str, Any]) -> Place:
    """The place of a token's key; Problem SIG-MODULE where the node's settings name no such module."""
    modules: dict[str, Path] = settings.CCVC_SIGNING_MODULES
    name = str(kept.get("module", ""))
    if name not in modules:
        raise Problem("SIG-MODULE", where="signing_modules", reason=name)
    return Place(Path(modules[name]), str(kept.get("token", "")), str(kept.get("key", "")))


def remote_signer(kept: dict[str, Any], chain: tuple[x509.Certificate, ...], secret: str) -> RemoteSigner:
    """A signer at a service. The secret is the PIN; an OTP stands behind a space."""
    pin, _, otp = secret.strip().partition(" ")
    return RemoteSigner(service_of(kept), str(kept.get("credential", "")), chain, pin, otp.strip())


def service_of(kept: dict[str, Any]) -> Service:
    """The service of a credential; Problem SIG-REMOTE where the node's settings name no such service."""
    name = str(kept.get("service", ""))
    found = settings.CCVC_SIGNING_SERVICES.get(name)
    if found is None:
        raise Problem("SIG-REMOTE", where="signing_services", reason=name)
    return Service(found.url, found.client_id, _secret(found.secret_file), found.trust_file)


def _secret(file: Path | None) -> str:
    """What the node shows the service, from a file of its home; Problem SIG-REMOTE where it cannot be read."""
    if file is None:
        return ""
    path = Path(settings.CCVC_HOME) / file
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Problem("SIG-REMOTE", where="signing_services", reason=path.name) from error


def check_pin(pin: str, account: str) -> None:
    """By the rules of every node, made stricter by this one's settings."""
    pins.check_pin(pin, account, settings.CCVC_PIN_LENGTH)
