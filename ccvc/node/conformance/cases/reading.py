"""Cases about what the national node says: refusals, corrections, notices."""

from __future__ import annotations

import shutil

from ccvc.node.conformance.cases.registry import case
from ccvc.node.conformance.judging import holds, same
from ccvc.node.conformance.sender import ReceiveReport
from ccvc.node.conformance.trial import Trial, done
from ccvc.node.conformance.wire import MAILBOX


@case("receipt-with-refusals", "Biên nhận có bản ghi bị từ chối được đọc đúng từng dòng", "8")
def receipt_with_refusals(trial: Trial) -> None:
    lines = trial.clerk.create(30)
    for place in (3, 11, 29):
        lines[place] = lines[place].with_fields("identity", birth_date="1985-13-40")
    twin = lines[0].document["identity"]["personal_id"]
    lines[17] = lines[17].with_fields("identity", personal_id=twin)
    trial.send_all(lines)
    read = trial.receive()
    same("được chấp nhận, bị từ chối", (read[0].accepted, read[0].refused), (26, 4))
    refused = {verdict.id for verdict in read[0].verdicts}
    same("dòng bị từ chối", refused, {lines[place].id for place in (3, 11, 17, 29)})


@case(
    "refused-corrected",
    "Bản ghi bị từ chối được sửa bằng thay đổi mới: số tiếp theo, base là bản bị từ chối",
    "8",
)
def refused_corrected(trial: Trial) -> None:
    lines = trial.clerk.create(2)
    right = lines[0].document["identity"]["birth_date"]
    wrong = lines[0].with_fields("identity", birth_date="1985-13-40")
    trial.send_all([wrong, lines[1]])
    same("bị từ chối", [v.code for v in trial.receive()[0].verdicts], ["REG-INVALID"])
    corrected = trial.clerk.change(wrong, "correct", "Sửa ngày sinh", birth_date=right)
    trial.send_all([corrected])
    trial.chained(2)
    same("được chấp nhận sau khi sửa", trial.receive()[0].accepted, 1)
    trial.holds_exactly({corrected: 2, lines[1]: 1})


@case("receive-twice", "Biên nhận đã đọc không được đọc lại lần nữa", "11.1, 17.3")
def receive_twice(trial: Trial) -> None:
    trial.send_all(trial.clerk.create(1))
    trial.receive()
    ended = trial.sender.run("receive")
    done("receive khi không có gì chờ", ended)
    same("biên nhận đọc lần hai", ended.report(ReceiveReport).receipts, [])
    asked = [request.target for request in trial.wire.requests if request.path == MAILBOX]
    same("yêu cầu cuối cùng", asked[-1], f"{MAILBOX}?after=1")


@case(
    "unknown-receipt",
    "Biên nhận cho một gói người gửi không biết (trạng thái bị mất): dừng và gọi người",
    "9",
)
def unknown_receipt(trial: Trial) -> None:
    trial.send_all(trial.clerk.create(1))
    trial.truth(1)
    shutil.rmtree(trial.sender.state)
    ended = trial.sender.run("receive")
    trial.must_stop(ended, "EXC-RECEIPT-UNKNOWN")
    same("biên nhận trong báo cáo", ended.report(ReceiveReport).receipts, [])


@case("conflict", "Hai cơ quan khai một người: bên sau bị từ chối, bên trước được báo", "8", agencies=2)
def conflict(holder: Trial, claimant: Trial) -> None:
    mine, theirs = holder.clerk.create(1)[0], claimant.clerk.create(1)[0]
    holder.send_all([mine])
    holder.receive()
    number = mine.document["identity"]["personal_id"]
    claimant.send_all([theirs.with_fields("identity", personal_id=number)])
    same("bên sau bị từ chối", [v.code for v in claimant.receive()[0].verdicts], ["REG-CONFLICT"])
    ended = holder.sender.run("receive")
    done("receive", ended)
    notices = ended.report(ReceiveReport).notices
    found = [(n.code, n.holder, n.claimant, n.person) for n in notices]
    same("thông báo", found, [("REG-CLAIMED", holder.agency, claimant.agency, mine.person)])
    holds("không có biên nhận nào khác", ok=not ended.report(ReceiveReport).receipts, got=ended.words)
