"""Cases about keys, certificates, clocks, and what must not be believed."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from ccvc.exchange.domain.manifest import Period
from ccvc.exchange.domain.records import SummaryLine, line_bytes
from ccvc.exchange.domain.sealing import seal
from ccvc.node.conformance.cases.registry import case
from ccvc.node.conformance.judging import holds, same
from ccvc.node.conformance.sender import Ended, ReceiveReport
from ccvc.node.conformance.trial import Trial
from ccvc.node.conformance.wire import MAILBOX, PACKAGES, Answer, Forward, open_wire
from ccvc.node.mock.folder import AGENCY
from ccvc.node.mock.keys import read_cert, write_pair
from ccvc.signing import certificates, keys
from ccvc.signing.certificates import Issuer, Use

HOUR = 3600
STRANGER = "TEST — authority nobody believes"


@case(
    "unknown-certificate",
    "Chứng thư không do cơ quan của hệ thống cấp: dừng; sửa xong thì gửi lại đúng gói",
    "5, 11.1",
)
def unknown_certificate(trial: Trial) -> None:
    kept = _copy_keys(trial)
    _certify_by_stranger(trial.keys, "sign", trial.agency)
    lines = trial.clerk.create(2)
    trial.must_stop(trial.send(lines), "EXC-CERT-UNKNOWN")
    _put_back(trial, kept)
    _taken_under_new_signature(trial)
    same("được chấp nhận", trial.receive()[0].accepted, 2)


@case(
    "revoked-node",
    "Chứng thư của nút bị thu hồi: dừng; cấp lại thì gửi lại đúng gói dưới chữ ký mới",
    "5, 13",
)
def revoked_node(trial: Trial) -> None:
    trial.office.revoke(f"revoke-{trial.agency}", trial.keys / "sign.crt.pem")
    lines = trial.clerk.create(2)
    trial.must_stop(trial.send(lines), "EXC-CERT-REVOKED")
    trial.office.make_keys(trial.keys.name, trial.agency)
    _taken_under_new_signature(trial)
    same("được chấp nhận", trial.receive()[0].accepted, 2)


def _taken_under_new_signature(trial: Trial) -> None:
    """The package that was refused is taken: the same manifest, whoever signed it now."""
    trial.finish()
    tried = {delivery.digest for delivery in trial.wire.deliveries}
    same("số manifest khác nhau đã gửi", len(tried), 1)
    trial.chained(1)


@case(
    "revoked-approver",
    "Chứng thư người phê duyệt bị thu hồi: mọi bản ghi bị từ chối; phê duyệt lại thì được nhận",
    "7, 8",
)
def revoked_approver(trial: Trial) -> None:
    trial.office.revoke(f"revoke-{trial.agency}", trial.keys / "approver.crt.pem")
    lines = trial.clerk.create(3)
    trial.send_all(lines)
    codes = [verdict.code for verdict in trial.receive()[0].verdicts]
    same("phán quyết", codes, ["EXC-APPROVAL-SIGNATURE"] * 3)
    trial.office.renew_approver(f"approver-{trial.agency}", trial.agency, trial.keys)
    again = [trial.clerk.again(line) for line in lines]
    trial.send_all(again)
    same("được chấp nhận khi phê duyệt lại", trial.receive()[0].accepted, 3)
    trial.holds_exactly(dict.fromkeys(again, 1))


@case("clock-behind", "Đồng hồ chậm một giờ: yêu cầu bị từ chối, báo đúng mã; chỉnh lại thì đọc được", "11.1")
def clock_behind(trial: Trial) -> None:
    trial.send_all(trial.clerk.create(1))
    trial.truth(1)
    trial.must_stop(trial.sender.run("receive", offset=-HOUR), "EXC-TOKEN-TIME")
    trial.receive()


@case("clock-ahead", "Đồng hồ nhanh một giờ: gói bị từ chối, báo đúng mã, không có gì được nhận", "5")
def clock_ahead(trial: Trial) -> None:
    trial.must_stop(trial.send(trial.clerk.create(1), offset=HOUR), "EXC-SIGNATURE")
    same("số gói được nhận", len(trial.wire.taken), 0)


@case("damaged-receipt", "Biên nhận hỏng trên đường: không tin, hỏi lại, rồi đọc đúng", "10, 11.1")
def damaged_receipt(trial: Trial) -> None:
    def damage(forward: Forward) -> Answer:
        whole = forward()
        return Answer(whole.status, whole.body[:-1] + bytes([whole.body[-1] ^ 1]), whole.headers)

    trial.send_all(trial.clerk.create(2))
    trial.truth(1)
    trial.wire.next(MAILBOX, damage)
    _believes_nothing(trial, trial.sender.run("receive"))
    trial.receive()


@case("forged-receipt", "Biên nhận do người lạ ký: không tin, hỏi lại, rồi đọc đúng", "5, 10")
def forged_receipt(trial: Trial) -> None:
    trial.send_all(trial.clerk.create(2))
    trial.truth(1)
    forged = _forged(trial, trial.wire.taken[0].digest)
    trial.wire.next(MAILBOX, lambda _forward: Answer(200, forged, {"CCVC-Sequence": "1"}))
    _believes_nothing(trial, trial.sender.run("receive"))
    trial.receive()


@case("wrong-server", "Máy chủ có chứng thư TLS của người lạ: không gửi gì cho nó", "11.1")
def wrong_server(trial: Trial) -> None:
    folder = trial.sender.folder / "stranger"
    folder.mkdir(parents=True)
    _certify_by_stranger(folder, "tls", AGENCY)
    endpoint = trial.sender.endpoint
    lines = trial.clerk.create(1)
    given = trial.give(lines)
    with open_wire(
        trial.office.endpoint, trial.office.context, folder / "tls.crt.pem", folder / "tls.key.pem"
    ) as wrong:
        trial.sender.endpoint = wrong.address
        ended = trial.sender.run("send", given)
        seen = [request.path for request in wrong.requests]
    trial.sender.endpoint = endpoint
    same("yêu cầu máy chủ lạ nhận được", seen, [])
    holds("mã thoát khác 0", ok=ended.code != 0, got=ended.code)
    trial.finish(given)
    same("số gói được nhận", len([r for r in trial.wire.requests if r.path == PACKAGES]), 1)


def _believes_nothing(trial: Trial, ended: Ended) -> None:
    holds("mã thoát khác 0", ok=ended.code != 0, got=ended.code)
    same("biên nhận trong báo cáo", ended.report(ReceiveReport).receipts, [])
    asked = [request.target for request in trial.wire.requests if request.path == MAILBOX]
    holds("không xác nhận đã giữ gói đó", ok=all(t.endswith("after=0") for t in asked), got=asked)


def _copy_keys(trial: Trial) -> Path:
    return Path(shutil.copytree(trial.keys, trial.sender.folder / "keys-kept"))


def _put_back(trial: Trial, kept: Path) -> None:
    shutil.copytree(kept, trial.keys, dirs_exist_ok=True)


def _stranger() -> Issuer:
    return certificates.create_authority(STRANGER)


def _certify_by_stranger(folder: Path, use: Use, agency: str) -> None:
    """A key pair whose certificate is of the right profile, by an authority nobody believes."""
    issuer, key = _stranger(), keys.generate()
    address = ("127.0.0.1",) if use == "tls" else ()
    cert = certificates.issue(
        issuer, key.public_key(), common_name="TEST — stranger", agency_code=agency, use=use, ip=address
    )
    write_pair(folder, use, key, certificates.to_pem(issuer.chain_of(cert)))


def _forged(trial: Trial, digest: str) -> bytes:
    """A receipt of the right form that accepts everything, signed by a stranger in the national node's name."""
    issuer, key = _stranger(), keys.generate()
    cert = certificates.issue(
        issuer, key.public_key(), common_name="TEST — stranger", agency_code=AGENCY, use="sign"
    )
    summary = SummaryLine(UUID(int=0), digest, accepted=99, refused=0, pending=0)
    return seal(
        kind="receipt",
        sender=AGENCY,
        receiver=trial.agency,
        sequence=1,
        previous=None,
        lines=[line_bytes(summary)],
        sign_key=key,
        sign_chain=issuer.chain_of(cert),
        recipient_cert=read_cert(trial.keys, "encrypt"),
        standard="2026-07",
        period=Period.day(datetime.now(UTC).date()),
    ).data
