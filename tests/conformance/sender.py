"""A sender as docs/exchange-protocol.md section 17 asks for, for testing the conformance run itself.

`python -m tests.conformance.sender send|receive`. REFERENCE_DEFECTS plants a defect by case.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson

from ccvc import standard
from ccvc.exchange.domain import container, open_package, records
from ccvc.exchange.domain.manifest import Kind, Period, decode_envelope
from ccvc.exchange.domain.opening import Proved, open_content
from ccvc.exchange.domain.sealing import read_manifest, seal, sign_again, signer_id
from ccvc.exchange.domain.tokens import FORMAT as TOKEN
from ccvc.exchange.domain.tokens import compact
from ccvc.exchange.transports.https import tls_context
from ccvc.signing import approvals, certificates, jws, keys, merkle, store
from ccvc.signing.verification import Trust
from ccvc.standard.problems import Problem

KEYS, STATE = Path(os.environ["SENDER_KEYS"]), Path(os.environ["SENDER_STATE"])
OFFSET = timedelta(seconds=int(os.environ.get("SENDER_CLOCK_OFFSET", "0")))
DEFECT = orjson.loads(os.environ.get("REFERENCE_DEFECTS", "{}")).get(
    STATE.parts[-3]
)  # …/<case>/<agency>/state
ANSWER = orjson.loads((KEYS / "answer.json").read_bytes())
OWN, NATIONAL = ANSWER["agency"], ANSWER["national"]["agency"]
MOST_LINES = 1000
EMPTY: dict[str, Any] = {
    "ids": {}, "people": {}, "sequence": 0, "digest": None, "taken": 0, "mailbox": 0, "stopped": None, "made": {}
}  # fmt: skip


class StopError(Exception):
    pass


class AgainError(Exception):
    pass


def now() -> datetime:
    return datetime.now(UTC) + OFFSET


def trust() -> Trust:
    return store.trust_in(KEYS)


def pair(use: str) -> tuple[Any, Any]:
    key = keys.from_pem((KEYS / f"{use}.key.pem").read_text())
    return key, certificates.from_pem((KEYS / f"{use}.crt.pem").read_text())


def client() -> httpx.Client:
    verify = False if DEFECT == "any-server" else tls_context(trust())
    return httpx.Client(base_url=os.environ["SENDER_ENDPOINT"], verify=verify, timeout=25)


def load() -> dict[str, Any]:
    file = STATE / "state.json"
    return orjson.loads(file.read_bytes()) if file.exists() else dict(EMPTY)


def save(state: dict[str, Any]) -> None:
    write(STATE / "state.json", orjson.dumps(state))


def write(file: Path, data: bytes) -> None:
    new = file.with_name(f".{file.name}.new")
    new.write_bytes(data)
    new.replace(file)


def statement(line: dict[str, Any], hashes: list[str]) -> bytes:
    document = canonical(line["document"])
    digest = standard.digest(document)
    copied = {name: line[name] for name in ("person", "unit", "kind", "valid_from", "reason", "steps")}
    return canonical(
        {
            **copied,
            "format": "ccvc-change/1",
            "agency": OWN,
            "personal_id": line["document"]["identity"].get("personal_id"),
            "standard": line["document"]["standard"],
            "number": len(hashes) + 1,
            "base": hashes[-1] if hashes else None,
            "document_sha256": digest,
            "national_sha256": digest,
        }
    )


def canonical(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def pack(state: dict[str, Any], lines: list[dict[str, Any]]) -> None:
    """One package of some lines, written before the state that names it."""
    signed = []
    for line in lines:
        hashes = state["people"].setdefault(line["person"], [])
        signed.append(statement(line, hashes))
        hashes.append(merkle.leaf_hash(signed[-1]).hex())
        state["ids"][line["id"]] = True
    key, chain = pair("approver")
    leaves = [merkle.leaf_hash(raw) for raw in signed]
    name, account = certificates.name_of(chain[0]), certificates.account_of(chain[0])
    payload = approvals.statement(
        leaves, agency=OWN, purpose="phê duyệt", at=now(), account=account, name=name
    )
    content = [records.approval_line(0, jws.sign(payload, key, chain, at=now()), b"".join(leaves))]
    for leaf, (line, raw) in enumerate(zip(lines, signed, strict=True)):
        document = canonical(line["document"])
        content.append(records.change_line(approval=0, leaf=leaf, statement=raw, document=document))
    sign_key, sign_chain = pair("sign")
    made = seal(
        kind="changes",
        sender=OWN,
        receiver=NATIONAL,
        sequence=state["sequence"] + 1,
        previous=None if DEFECT == "no-chain" else state["digest"],
        lines=content,
        sign_key=sign_key,
        sign_chain=sign_chain,
        recipient_cert=certificates.from_pem(ANSWER["national"]["encrypt"])[0],
        standard=lines[0]["document"]["standard"],
        period=Period.day(date.fromisoformat(f"{now():%Y-%m-%d}")),
        created_at=now(),
    )
    state["sequence"], state["digest"] = made.manifest.sequence, made.manifest_sha256
    state["made"][made.manifest_sha256] = ["", *(line["id"] for line in lines)]
    write(package(made.manifest.sequence), made.data)
    save(state)


def package(number: int) -> Path:
    return STATE / f"{number:06d}.ccvc"


def send(report: dict[str, Any]) -> None:
    state = load()
    report["sent"] = []
    if state["stopped"]:
        raise StopError(state["stopped"])
    given = os.environ.get("SENDER_INPUT")
    lines = [orjson.loads(raw) for raw in Path(given).read_bytes().splitlines()] if given else []
    fresh = [line for line in lines if line["id"] not in state["ids"] or DEFECT == "forgets-ids"]
    for start in range(0, len(fresh), MOST_LINES):
        pack(state, fresh[start : start + MOST_LINES])
    with client() as http:
        while state["taken"] < state["sequence"]:
            deliver(http, state, report)


def deliver(http: httpx.Client, state: dict[str, Any], report: dict[str, Any]) -> None:
    """Deliver the next package, signed again where the certificate is another one now."""
    file = package(state["taken"] + 1)
    data = file.read_bytes()
    if DEFECT == "new-package" and file.with_suffix(".tried").exists():
        data = other_package(data)
    file.with_suffix(".tried").touch()
    key, chain = pair("sign")
    if signer_id(data) != certificates.fingerprint(chain[0]):
        data = sign_again(data, key, chain)
        write(file, data)
    answer = http.post("/exchange/v1/packages", content=data)
    body = said(answer)
    if answer.is_success:
        state["taken"] += 1
        report["sent"].append({name: body[name] for name in ("manifest_sha256", "sequence", "status")})
    elif body.get("code") == "EXC-GAP":
        state["taken"] = body["expected"] - 1
    elif body.get("code") in {"EXC-FORK", "EXC-CHAIN"}:
        state["stopped"] = body["code"]
        save(state)
        raise StopError(body["code"])
    else:
        raise StopError(body.get("code", "?"))
    save(state)


def other_package(data: bytes) -> bytes:
    """The same content under another name, as a sender makes it that does not keep its packages."""
    opened = container.split(data)
    envelope = orjson.loads(opened.envelope)
    payload = jws.payload_of(envelope["manifest"]).replace(
        b'"previous":null', b'"previous":"' + b"0" * 64 + b'"'
    )
    key, chain = pair("sign")
    envelope["manifest"] = jws.sign(payload, key, chain)
    return container.join(orjson.dumps(envelope), opened.blob)


def said(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code >= 500 or answer.status_code == 429:
        raise AgainError(answer.text)
    return orjson.loads(answer.content)


def receive(report: dict[str, Any]) -> None:
    state = load()
    report["receipts"], report["notices"] = [], []
    with client() as http:
        while (answer := ask(http, f"/exchange/v1/mailbox?after={state['mailbox']}")).status_code != 204:
            data = answer.content
            manifest = read_manifest(data)
            lines = believed(data)
            if manifest.kind == Kind.RECEIPT:
                report["receipts"].append(receipt(state, manifest.sequence, lines))
            else:
                report["notices"] += [notice(raw) for raw in lines]
            state["mailbox"] = manifest.sequence
            save(state)


def believed(data: bytes) -> list[bytes]:
    key, _ = pair("encrypt")
    if DEFECT == "believes-anyone":
        parts = container.split(data)
        envelope = decode_envelope(parts.envelope)
        proved = Proved(read_manifest(data), "", None, envelope, parts)
        return open_content(proved, key).lines
    return open_package(data, decrypt_key=key, trust=trust(), receiver=OWN, at=now()).lines


def ask(http: httpx.Client, target: str) -> httpx.Response:
    key, chain = pair("sign")
    at = f"{now():%Y-%m-%dT%H:%M:%SZ}"
    token = {
        "format": TOKEN,
        "sender": OWN,
        "receiver": NATIONAL,
        "method": "GET",
        "target": target,
        "at": at,
    }
    signed = compact(jws.sign(canonical(token), key, chain, at=now()))
    answer = http.get(target, headers={"Authorization": f"CCVC {signed}"})
    if not answer.is_success:
        raise StopError(said(answer)["code"])
    return answer


def receipt(state: dict[str, Any], sequence: int, lines: list[bytes]) -> dict[str, Any]:
    summary, verdicts = records.decode_receipt(lines)
    ids = state["made"].get(summary.manifest_sha256)
    if ids is None:
        raise StopError("EXC-RECEIPT-UNKNOWN")
    for verdict in verdicts:
        hashes = state["people"][str(verdict.person)]
        if verdict.code.startswith("EXC-") and len(hashes) == verdict.number:
            hashes.pop()  # never believed: the number is free again
    return {
        "sequence": sequence,
        "package": summary.package,
        "manifest_sha256": summary.manifest_sha256,
        "accepted": summary.accepted,
        "refused": 0 if DEFECT == "ignores-refusals" else summary.refused,
        "pending": summary.pending,
        "problem": (summary.problem or {}).get("code"),
        "verdicts": [
            {name: getattr(v, name) for name in ("record", "person", "number", "verdict", "code", "path")}
            | {"id": ids[v.record]}
            for v in verdicts
        ],
    }


def notice(raw: bytes) -> dict[str, Any]:
    found = records.decode_notice(raw)
    return {name: getattr(found, name) for name in ("claimant", "code", "holder", "person")}


def main() -> int:
    report: dict[str, Any] = {"stopped": None}
    code = 0
    try:
        {"send": send, "receive": receive}[sys.argv[1]](report)
    except StopError as stop:
        report["stopped"], code = {"code": str(stop)}, 3
    except Problem as problem:
        report["stopped"], code = {"code": problem.code}, 3
    except (AgainError, httpx.HTTPError) as error:
        sys.stderr.write(f"{error}\n")
        code = 75
    Path(os.environ["SENDER_REPORT"]).write_bytes(orjson.dumps(report))
    return code


if __name__ == "__main__":
    sys.exit(main())
