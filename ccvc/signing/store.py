"""Keys and trust of a node as files below its home: keys/{sign,encrypt,tls}.{key,crt}.pem, trust/*.pem.

In keys/retired/ stand earlier pairs for decrypting, by the day they were replaced: what was sealed to them may still
come, and what came stays sealed to them.
In trust/, names ending in .crl.pem are revocation lists; of the others, self-signed certificates are anchors
and the rest may stand between. What is read is cached until a file changes.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

from cryptography import x509
from django.conf import settings
from django.utils import timezone

from ccvc.signing import certificates, keys, revocation
from ccvc.signing.jwe import DecryptKeys
from ccvc.signing.verification import Trust
from ccvc.standard.problems import Problem

NodeUse = Literal["sign", "encrypt", "tls"]
Stamp = tuple[tuple[str, int, int], ...]

_USES: tuple[NodeUse, ...] = ("sign", "encrypt", "tls")
_CRL = ".crl.pem"
_HANDED_OVER = "trust.pem"
_RETIRED = "retired"


@dataclass(frozen=True)
class KeyPair:
    """A private key and its certificate chain, own certificate first."""

    key: keys.PrivateKey
    chain: tuple[x509.Certificate, ...]

    @property
    def cert(self) -> x509.Certificate:
        """The certificate of the key."""
        return self.chain[0]


@dataclass(frozen=True)
class NodeKeys:
    """The keys of one node; tls is there only where the node speaks HTTPS itself.

    `retired`: what it decrypted with before, the newest first.
    """

    sign: KeyPair
    encrypt: KeyPair
    tls: KeyPair | None
    retired: tuple[KeyPair, ...] = ()

    @property
    def decrypt(self) -> DecryptKeys:
        """The keys that open what was ever sealed to this node."""
        earlier = {certificates.fingerprint(pair.cert): pair.key for pair in self.retired}
        return DecryptKeys(self.encrypt.key, earlier)


def node_keys(home: Path | None = None) -> NodeKeys:
    """The node's keys; SIG-NODE-KEY names one that is missing, SIG-KEY-MODE one that others can read."""
    folder = _home(home) / "keys"
    return _node_keys(folder, _stamp(folder), _stamp(folder / _RETIRED))


def trust(home: Path | None = None) -> Trust:
    """Whom the node trusts; nobody if the folder is empty. Problem SIG-TRUST names a file that is damaged."""
    folder = _home(home) / "trust"
    return _trust(folder, _stamp(folder))


def trust_in(folder: Path) -> Trust:
    """Whom the certificates and lists of any folder let one trust; only trust.pem where it holds keys as well.

    Problem SIG-TRUST names a file that is damaged, or a folder that holds none.
    """
    stamp = _stamp(folder)
    if any(name == _HANDED_OVER for name, _, _ in stamp):
        stamp = tuple(one for one in stamp if one[0] in {_HANDED_OVER, f"trust{_CRL}"})
    if not stamp:
        raise Problem("SIG-TRUST", where=str(folder))
    return _trust(folder, stamp)


def _home(home: Path | None) -> Path:
    return Path(settings.CCVC_HOME) if home is None else home


def _stamp(folder: Path) -> Stamp:
    """What changes when a file of the folder does: names, times and sizes."""
    if not folder.is_dir():
        return ()
    found = ((entry.name, entry.stat()) for entry in os.scandir(folder) if entry.name.endswith(".pem"))
    return tuple(sorted((name, state.st_mtime_ns, state.st_size) for name, state in found))


@lru_cache(maxsize=64)
def _node_keys(folder: Path, stamp: Stamp, retired: Stamp) -> NodeKeys:
    names = {name for name, _, _ in stamp}
    has_tls = f"{_USES[2]}.key.pem" in names
    stems = sorted((name.removesuffix(".crt.pem") for name, _, _ in retired if name.endswith(".crt.pem")))
    return NodeKeys(
        sign=_read_pair(folder, "sign"),
        encrypt=_read_pair(folder, "encrypt"),
        tls=_read_pair(folder, "tls") if has_tls else None,
        retired=tuple(_read_pair(folder / _RETIRED, stem) for stem in reversed(stems)),
    )


def _read_pair(folder: Path, use: str) -> KeyPair:
    key_file, cert_file = _files(folder, use)
    if not key_file.is_file() or not cert_file.is_file():
        raise Problem("SIG-NODE-KEY", where=f"keys/{use}", use=use)
    if key_file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Problem("SIG-KEY-MODE", where=key_file.name)
    key, chain = keys.from_pem(key_file.read_text()), certificates.from_pem(cert_file.read_text())
    if chain[0].public_key() != key.public_key():
        raise Problem("SIG-KEY-MISMATCH", where=cert_file.name)
    return KeyPair(key, chain)


def _files(folder: Path, use: str) -> tuple[Path, Path]:
    return folder / f"{use}.key.pem", folder / f"{use}.crt.pem"


@lru_cache(maxsize=64)
def _trust(folder: Path, stamp: Stamp) -> Trust:
    anchors: list[x509.Certificate] = []
    between: list[x509.Certificate] = []
    crls: list[x509.CertificateRevocationList] = []
    for name, _, _ in stamp:
        text = (folder / name).read_text()
        try:
            if name.endswith(_CRL):
                crls += revocation.read_all(text)
                continue
            for cert in certificates.from_pem(text):
                (anchors if cert.subject == cert.issuer else between).append(cert)
        except Problem as problem:
            raise Problem("SIG-TRUST", where=name) from problem
    return Trust(tuple(anchors), tuple(between), tuple(crls))


def save_node_key(home: Path, use: NodeUse, key: keys.PrivateKey, chain: Sequence[x509.Certificate]) -> None:
    """Write a key (readable by its owner alone) and its certificate chain; what was decrypted with before is kept."""
    key_file, cert_file = _files(home / "keys", use)
    if use == "encrypt" and key_file.exists():
        _retire(home / "keys", chain[0])
    _write(key_file, keys.to_pem(key, None), 0o600)
    _write(cert_file, certificates.to_pem(chain), 0o644)


def _retire(folder: Path, successor: x509.Certificate) -> None:
    """Keep the pair for decrypting that another takes the place of, dated; its certificate last: then it is whole."""
    try:
        before = _read_pair(folder, "encrypt")
    except Problem:
        return  # a renewal that was killed half way has kept the pair already
    if before.cert == successor:
        return
    name = f"encrypt-{timezone.localdate():%Y%m%d}-{certificates.fingerprint(before.cert)[:16]}"
    key_file, cert_file = _files(folder / _RETIRED, name)
    _write(key_file, keys.to_pem(before.key, None), 0o600)
    _write(cert_file, certificates.to_pem(before.chain), 0o644)


def save_trust(home: Path, name: str, certs: Iterable[x509.Certificate]) -> None:
    """Write anchors and intermediates to trust/<name>.pem."""
    _write(home / "trust" / f"{name}.pem", certificates.to_pem(certs), 0o644)


def crl_name(crl: x509.CertificateRevocationList) -> str:
    """The file's name of an authority's list: one an authority."""
    return f"revoked-{sha256(crl.issuer.public_bytes()).hexdigest()[:16]}"


def save_crl(home: Path, name: str, pem: str) -> None:
    """Write a revocation list to trust/<name>.crl.pem; SIG-CRL-OLD rather than go back to an older one."""
    file = home / "trust" / f"{name}{_CRL}"
    if file.exists():
        got, have = (revocation.number_of(revocation.read(text)) for text in (pem, file.read_text()))
        if got < have:
            raise Problem("SIG-CRL-OLD", where=file.name, got=got, have=have)
    _write(file, pem, 0o644)


def _write(file: Path, text: str, mode: int) -> None:
    """Whole or not at all, even if the machine stops meanwhile; a reader sees the old file or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.{os.getpid()}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)
