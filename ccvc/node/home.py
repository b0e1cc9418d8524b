"""The home folder of a node: its settings file, its keys, the authority of the national node."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Any

import tomlkit

from ccvc.node.settings import FILE_NAME, NodeSettings
from ccvc.signing import certificates, keys, revocation, store
from ccvc.signing.certificates import Issuer
from ccvc.standard.problems import Problem

NOT_IN_FILE = {"home"}
DAYS_OF_NODE = 730


def create(home: Path, **given: Any) -> None:
    """Make a node's home: the documented settings file and closed folders; Problem NOD-EXISTS."""
    if (home / FILE_NAME).exists():
        raise Problem("NOD-EXISTS", where=str(home))
    for folder in (home, home / "keys", home / "trust", home / "logs"):
        folder.mkdir(parents=True, exist_ok=True)
    (home / "keys").chmod(0o700)
    _write_secret(home / FILE_NAME, settings_file(given))


def settings_file(given: dict[str, Any]) -> str:
    """The settings file: each key with what it means; keys left at their default are commented out."""
    document = tomlkit.document()
    document.add(
        tomlkit.comment("Cấu hình của một nút CCVC. Biến môi trường CCVC_<KHOÁ> thay giá trị ở đây.")
    )
    document.add(
        tomlkit.comment("Settings of one CCVC node. The environment variable CCVC_<KEY> overrides a key.")
    )
    for name, field in NodeSettings.model_fields.items():
        if name in NOT_IN_FILE:
            continue
        document.add(tomlkit.nl())
        document.add(tomlkit.comment(field.description or name))
        value = given.get(name)
        if value is None:
            default = "" if field.default is None else field.default
            document.add(tomlkit.comment(f"{name} = {tomlkit.item(default).as_string()}"))
        else:
            document.add(name, tomlkit.item(str(value) if isinstance(value, Path) else value))
    return tomlkit.dumps(document)


def change_settings(home: Path, **given: Any) -> None:
    """Change keys of the settings file, leaving its comments."""
    file = home / FILE_NAME
    document = tomlkit.parse(file.read_text())
    for name, value in given.items():
        document[name] = value
    file.write_text(tomlkit.dumps(document))


def create_scheme_authority(home: Path, name: str = "CCVC scheme authority") -> Issuer:
    """The authority of the scheme, held by the national node: it issues the certificates of nodes; made once."""
    if (home / "authority" / "scheme.key.pem").exists():
        return scheme_authority(home)
    from ccvc.exchange.actions.revocations import (
        save_crls,
    )  # rooms with tables load after the settings are made

    issuer = certificates.create_authority(name)
    folder = home / "authority"
    folder.mkdir(mode=0o700, exist_ok=True)
    _write_secret(folder / "scheme.key.pem", keys.to_pem(issuer.key, None))
    (folder / "scheme.crt.pem").write_text(certificates.to_pem([issuer.cert]))
    store.save_trust(home, "scheme", [issuer.cert])
    save_crls(home, [revocation.crl(issuer)])
    return issuer


def scheme_authority(home: Path) -> Issuer:
    """The scheme's authority as stored in the national node's home."""
    folder = home / "authority"
    key = keys.from_pem((folder / "scheme.key.pem").read_text())
    return Issuer(key, certificates.from_pem((folder / "scheme.crt.pem").read_text())[0])


def issue_own_keys(home: Path, issuer: Issuer, *, agency: str, name: str, host: str) -> None:
    """The national node's own keys and certificates, those it has not yet: signing, encryption, TLS for `host`."""
    names, addresses = tls_names(host)
    uses: tuple[store.NodeUse, ...] = ("sign", "encrypt", "tls")
    for use in uses:
        if (home / "keys" / f"{use}.crt.pem").exists():
            continue
        key = keys.generate()
        cert = certificates.issue(
            issuer,
            key.public_key(),
            common_name=name,
            agency_code=agency,
            use=use,
            days=DAYS_OF_NODE,
            dns=names if use == "tls" else (),
            ip=addresses if use == "tls" else (),
        )
        store.save_node_key(home, use, key, issuer.chain_of(cert))


def tls_names(host: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and addresses the endpoint's certificate is for: this machine, and the host components reach."""
    try:
        ip_address(host)
    except ValueError:
        return tuple(dict.fromkeys(("localhost", host))), ("127.0.0.1",)
    return ("localhost",), tuple(dict.fromkeys(("127.0.0.1", host)))


def _write_secret(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text)
