"""Writing the samples into a folder, with the index that says what a receiver must answer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from ccvc import standard
from ccvc.exchange.domain import enrolment
from ccvc.exchange.domain.enrolment import Anchors, EnrolmentAnswer, NationalNode, Pems
from ccvc.exchange.domain.tokens import FORMAT as TOKEN
from ccvc.exchange.domain.tokens import SCHEME as TOKEN_SCHEME
from ccvc.exchange.domain.tokens import compact
from ccvc.node.conformance.samples import following, handovers, heads, packages, refused, sealed, snapshots
from ccvc.node.conformance.samples.sample import Sample
from ccvc.node.conformance.samples.scheme import OTHER, RECEIVER, SENDER, Scheme
from ccvc.node.mock.folder import write_trust, write_whole
from ccvc.node.mock.keys import MARK, WORDS, write_pair
from ccvc.signing import certificates, jws

FORMAT = "ccvc-samples/1"
NEVER_SENT = "/exchange/v1/mailbox?after=900"
HEADS = "/exchange/v1/heads"
TARGET = "/exchange/v1/mailbox?after=0"
LATE = timedelta(hours=1)


def write(folder: Path) -> int:
    """Write keys, packages and index; how many packages there are with an expected verdict."""
    scheme = Scheme()
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / MARK, WORDS.encode())
    for agency in (SENDER, OTHER, RECEIVER):
        _write_keys(folder / f"keys-{agency}", scheme, agency)
    made = {
        **packages.SAMPLES,
        **refused.SAMPLES,
        **snapshots.SAMPLES,
        **following.SAMPLES,
        **handovers.SAMPLES,
    }
    files = [_write_sample(folder, name, make(scheme)) for name, make in made.items()]
    index = {
        "format": FORMAT,
        "test": True,
        "at": f"{scheme.at + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}",
        "sender": SENDER,
        "receiver": RECEIVER,
        "enrolled": [SENDER, OTHER],
        "files": files,
        "heads": [_write_heads(folder, name, make(scheme)) for name, make in heads.SAMPLES.items()],
        "handovers": [_write_sealed(folder, name, make(scheme)) for name, make in sealed.SAMPLES.items()],
        "heads_authorization": _token(scheme, target=HEADS, method="POST"),
        "requests": _requests(scheme),
    }
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS
    write_whole(folder / "index.json", orjson.dumps(index, option=options))
    return len(files)


def _write_sample(folder: Path, name: str, sample: Sample) -> dict[str, Any]:
    """The packages of a sample, and what the index says of it."""
    after = [f"{name}.before-{number}.ccvc" for number in range(1, len(sample.before) + 1)]
    for file, data in zip(after, sample.before, strict=True):
        write_whole(folder / file, data)
    write_whole(folder / f"{name}.ccvc", sample.data)
    if sample.padding:
        with (folder / f"{name}.ccvc").open("r+b") as stream:
            stream.truncate(len(sample.data) + sample.padding)
    verdicts = [{"code": code, "record": record} for record, code in sample.refused]
    answer = {"file": f"{name}.ccvc", "code": sample.code, "after": after, "verdicts": verdicts}
    found = sample.compared
    compared = {"agreed": found.agreed, "differences": list(found.kinds)} if found else None
    told = [{"code": code, "type": kind} for kind, code in sample.told] if sample.told is not None else None
    return {**answer, "problem": sample.problem, "compared": compared, "told": told}


def _write_heads(folder: Path, name: str, shown: heads.Shown) -> dict[str, Any]:
    """The messages of a sample on heads, and what the index says of it."""
    after = [f"heads-{name}.before-{number}.json" for number in range(1, len(shown.before) + 1)]
    for file, data in zip(after, shown.before, strict=True):
        write_whole(folder / file, data)
    write_whole(folder / f"heads-{name}.json", shown.data)
    answer = {"file": f"heads-{name}.json", "after": after, "code": shown.code}
    return {**answer, "witnessed": shown.witnessed, "alarm": shown.alarm}


def _write_sealed(folder: Path, name: str, made: sealed.Sealed) -> dict[str, Any]:
    """The lines that come to the receiver of a hand-over, and what the index says of them."""
    file = f"handover-{name}.jsonl"
    write_whole(folder / file, b"".join(line + b"\n" for line in made.lines))
    return {"code": made.code, "file": file, "receiver": OTHER}


def _write_keys(folder: Path, scheme: Scheme, agency: str) -> None:
    """The keys of one side, as section 17.3 lays them out."""
    folder.mkdir(exist_ok=True)
    pairs = {"sign": scheme.pair(agency, "sign"), "encrypt": scheme.pair(agency, "encrypt")}
    pairs["approver"] = scheme.pair(agency, "approve")
    for use, pair in pairs.items():
        write_pair(folder, use, pair.key, certificates.to_pem(pair.chain))
    anchors = Anchors(certificates.to_pem([scheme.issuer.cert]), [scheme.crl])
    write_trust(folder, anchors)
    write_whole(folder / "answer.json", enrolment.encode(_answer(scheme, agency, anchors)))


def _answer(scheme: Scheme, agency: str, anchors: Anchors) -> EnrolmentAnswer:
    own = Pems(*(certificates.to_pem(scheme.pair(agency, use).chain) for use in ("sign", "encrypt")))
    encrypt = certificates.to_pem(scheme.pair(RECEIVER, "encrypt").chain)
    national = NationalNode(RECEIVER, "THỬ NGHIỆM", "https://127.0.0.1:8443", "https", encrypt)
    return EnrolmentAnswer(
        enrolment.ANSWER_FORMAT, agency, f"THỬ NGHIỆM {agency}", own, anchors, national, scheme.at
    )


def _requests(scheme: Scheme) -> list[dict[str, Any]]:
    """Requests with tokens: one good at `at`, and one for each code a request can cause."""
    good = _token(scheme)
    return [
        {"authorization": authorization, "code": code, "method": "GET", "target": target}
        for code, authorization, target in (
            (None, good, TARGET),
            ("EXC-TOKEN", good.removeprefix(TOKEN_SCHEME), TARGET),
            ("EXC-TOKEN-TIME", _token(scheme, late=LATE), TARGET),
            ("EXC-TOKEN-TARGET", _token(scheme, target="/exchange/v1/state"), TARGET),
            ("EXC-RESTORED", _token(scheme, target=NEVER_SENT), NEVER_SENT),
        )
    ]


def _token(
    scheme: Scheme, *, late: timedelta = timedelta(), target: str = TARGET, method: str = "GET"
) -> str:
    at = scheme.at - late
    payload = {
        "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "format": TOKEN,
        "method": method,
        "receiver": RECEIVER,
        "sender": SENDER,
        "target": target,
    }
    by = scheme.pair(SENDER, "sign")
    return TOKEN_SCHEME + compact(jws.sign(standard.canonical(payload), by.key, by.chain, at=at))
