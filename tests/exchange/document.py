"""Writes the generated parts of docs/exchange-protocol.md: `python -m tests.exchange.write_document`.

Tables of codes come from the catalogue of problems. The worked example is a real package, made once by
`--new-example` with keys that open nothing else; the test opens it again and computes every value anew.
"""

from __future__ import annotations

import base64
import hashlib
import re
import textwrap
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from ccvc.exchange.domain import records
from ccvc.exchange.domain.manifest import Period
from ccvc.exchange.domain.sealing import manifest_payload, seal
from ccvc.exchange.views.endpoint import STATUS
from ccvc.signing import certificates, keys, revocation
from ccvc.signing.certificates import Issuer, Use
from ccvc.standard.problems import FOLDER, catalogue
from tests.exchange import scheme

FILE = Path(__file__).parents[2] / "docs" / "exchange-protocol.md"
AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
RECORD_CODES = ("EXC-APPROVAL-", "EXC-CHANGE-")
NODE_CODES = (
    "EXC-ENROL",
    "EXC-JOIN",
    "EXC-NOT-JOINED",
    "EXC-NOT-FOUND",
    "EXC-STATE",
    "EXC-BELIEVED",
    "EXC-REASON",
    "EXC-SAME-HISTORY",
    "EXC-FILE",
    "EXC-FOLDER",
    "EXC-TRANSPORT",
    "EXC-UNREACHABLE",
    "EXC-ANSWER",
    "EXC-PEER-REFUSED",
    "EXC-RECEIPT",
)
REGISTER_VERDICTS = (
    "REG-INVALID",
    "REG-UNREADABLE",
    "REG-CONFLICT",
    "REG-DUPLICATE",
    "REG-NOT-MANAGER",
    "REG-CHAIN",
    "REG-REPLACES",
    "REG-PASSED",
    "REG-NUMBER",
    "REG-STANDARD",
    "REG-STATEMENT",
    "REG-NEWER",
    "STD-VERSION-UNKNOWN",
)


def section(name: str, text: str) -> str:
    """What stands between the markers of a generated part."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", text, re.DOTALL)
    if found is None:
        raise LookupError(name)
    return found[1]


def with_section(name: str, body: str, text: str) -> str:
    """The text with another body between the markers."""
    return text.replace(f"<!-- {name} -->\n{section(name, text)}\n", f"<!-- {name} -->\n{body}\n")


def package_codes() -> str:
    """Codes that refuse a package or a request, with their HTTP status."""
    codes = [c for c in _ordered("exchange") if not (_of_record(c) or c.startswith(NODE_CODES))]
    rows = [
        f"| `{c}` | {STATUS.get(c, 400)} | {catalogue()[c].en} | {catalogue()[c].next_en} |" for c in codes
    ]
    return "\n".join(["| code | HTTP | what is wrong | what to do |", "|---|---|---|---|", *rows])


def record_codes() -> str:
    """Codes a verdict may carry."""
    own = [c for c in _ordered("exchange") if _of_record(c)]
    codes = [*own, *(c for c in REGISTER_VERDICTS if c in catalogue())]
    rows = [f"| `{c}` | {catalogue()[c].en} | {catalogue()[c].next_en} |" for c in codes]
    return "\n".join(["| code | what is wrong | what to do |", "|---|---|---|", *rows])


def _of_record(code: str) -> bool:
    return code == "EXC-LINE" or code.startswith(RECORD_CODES)


def _ordered(room: str) -> list[str]:
    """Codes of a room in the order of its file, which is that of the checks."""
    return re.findall(r"^\[([A-Z-]+)\]", (FOLDER / f"{room}.toml").read_text(encoding="utf-8"), re.MULTILINE)


def example() -> str:
    """A package of one approval and two changes, with all that is needed to open it and what must come out."""
    start = AT - timedelta(days=1)
    issuer = certificates.create_authority("CCVC worked example", days=36500, not_before=start)
    uses: dict[Use, str] = {"sign": "H41", "approve": "H41", "encrypt": "G09"}
    held = {use: _holder(issuer, agency, use, start) for use, agency in uses.items()}
    statements = [scheme.statement(n) for n in (1, 2)]
    signed, leaves = scheme.approval(statements, by=held["approve"], at=AT)
    lines = [
        records.approval_line(0, signed, leaves),
        *(
            records.change_line(
                approval=0, leaf=leaf, statement=raw, document=scheme.canonical(scheme.document(n))
            )
            for leaf, (n, raw) in enumerate(zip((1, 2), statements, strict=True))
        ),
    ]
    made = seal(
        kind="changes",
        sender="H41",
        receiver="G09",
        sequence=1,
        previous=None,
        lines=lines,
        sign_key=held["sign"].key,
        sign_chain=held["sign"].chain,
        recipient_cert=held["encrypt"].cert,
        standard="2026-07",
        period=Period.day(date(2026, 11, 21)),
        package_id=UUID("6f1c1f0e-3b5d-4a53-9b1e-0d3a5c7e9f10"),
        created_at=AT,
    )
    blocks = {
        "authority": certificates.to_pem([issuer.cert]),
        "revocation list": revocation.crl(issuer, at=AT, days=36500),
        "receiver's private key (test key, opens nothing else)": keys.to_pem(held["encrypt"].key, None),
        "package": _wrapped(made.data),
    }
    payload = manifest_payload(made.data)
    text = [f"{title.capitalize()}:\n\n```\n{body.strip()}\n```\n" for title, body in blocks.items()]
    text.append(f"Manifest, the signed bytes:\n\n```json\n{payload.decode()}\n```\n")
    text.append("Content lines:\n\n```json\n" + "\n".join(line.decode() for line in lines) + "\n```\n")
    return "\n".join([*text, _values(made.data, lines)])


def _holder(issuer: Issuer, agency: str, use: Use, start: datetime) -> scheme.Holder:
    key = keys.generate()
    more: dict[str, Any] = {"person": "Người duyệt H41"} if use == "approve" else {}
    name = "approver.H41" if use == "approve" else f"Nút {agency}"
    cert = certificates.issue(
        issuer,
        key.public_key(),
        common_name=name,
        agency_code=agency,
        use=use,
        days=36000,
        not_before=start,
        **more,
    )
    return scheme.Holder(key, issuer.chain_of(cert))


def _wrapped(data: bytes) -> str:
    return "\n".join(textwrap.wrap(base64.b64encode(data).decode(), 96))


def _values(data: bytes, lines: list[bytes]) -> str:
    """The values an implementation must compute from the example."""
    rows = [f"| {name} | `{value}` |" for name, value in values(data, lines).items()]
    return "\n".join(["| value | |", "|---|---|", *rows])


def values(data: bytes, lines: list[bytes]) -> dict[str, str]:
    """Named values of the worked example, computed with the standard library alone."""
    leaf = [hashlib.sha256(b"\x00" + line).hexdigest() for line in lines]
    pair = hashlib.sha256(b"\x01" + bytes.fromhex(leaf[0]) + bytes.fromhex(leaf[1])).digest()
    length = int.from_bytes(data[6:10], "big")
    statement = re.search(rb'"statement":(\{.*\}),"type":"change"\}$', lines[1])
    assert statement is not None
    return {
        "size of the package, bytes": str(len(data)),
        "length of the envelope, bytes": str(length),
        "SHA-256 of the blob (`blob_sha256`)": hashlib.sha256(data[10 + length :]).hexdigest(),
        "leaf hash of line 0": leaf[0],
        "leaf hash of line 1": leaf[1],
        "leaf hash of line 2": leaf[2],
        "node over lines 0 and 1": pair.hex(),
        "root over lines 0, 1, 2 (`merkle_root`)": hashlib.sha256(
            b"\x01" + pair + bytes.fromhex(leaf[2])
        ).hexdigest(),
        "leaf hash of the statement in line 1 (the version's hash)": hashlib.sha256(
            b"\x00" + statement[1]
        ).hexdigest(),
    }


def blocks_of(text: str) -> list[str]:
    """The fenced blocks of the worked example, in order."""
    return re.findall(r"```(?:json)?\n(.*?)\n```", section("example", text), re.DOTALL)


def rewritten(text: str, *, new_example: bool) -> str:
    """The document with its generated parts made anew."""
    text = with_section("package-codes", package_codes(), text)
    text = with_section("record-codes", record_codes(), text)
    return with_section("example", example(), text) if new_example else text
