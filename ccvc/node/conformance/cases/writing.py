"""Cases about what is in a package: form, number, chain, versions, many records."""

from __future__ import annotations

from dataclasses import replace

from ccvc.node.conformance.cases.registry import case
from ccvc.node.conformance.judging import holds, same
from ccvc.node.conformance.sender import SendReport
from ccvc.node.conformance.trial import Trial
from ccvc.node.conformance.wire import PACKAGES

MANY = 3000
AWKWARD = 'Điều chỉnh "theo Quyết định" \\ số 5/QĐ;\tngày\u2028mới <&> \x7f \x01 😀 Nguyễn'


@case("first-package", "Gói đầu tiên được nhận, mọi bản ghi được chấp nhận", "3–9")
def first_package(trial: Trial) -> None:
    lines = trial.clerk.create(3)
    ended = trial.send_all(lines)
    trial.chained(1)
    sent = ended.report(SendReport).sent
    same("gói trong báo cáo", [s.manifest_sha256 for s in sent], [d.digest for d in trial.wire.taken])
    read = trial.receive()
    same("được chấp nhận, bị từ chối", (read[0].accepted, read[0].refused), (3, 0))
    trial.holds_exactly(dict.fromkeys(lines, 1))


@case("second-package", "Gói thứ hai nối tiếp gói thứ nhất; phiên bản 2 nối tiếp phiên bản 1", "4, 7, 9")
def second_package(trial: Trial) -> None:
    first = trial.clerk.create(3)
    trial.send_all(first)
    trial.receive()
    update = trial.clerk.change(first[0], "update", "Đổi số điện thoại", marital_status="2")
    more = trial.clerk.create(2)
    trial.send_all([update, *more])
    trial.chained(2)
    read = trial.receive()
    same("được chấp nhận, bị từ chối", (read[0].accepted, read[0].refused), (3, 0))
    trial.holds_exactly({update: 2, first[1]: 1, first[2]: 1, more[0]: 1, more[1]: 1})


@case("two-versions", "Hai phiên bản của một người trong một gói", "7")
def two_versions(trial: Trial) -> None:
    first = trial.clerk.create(1)[0]
    second = trial.clerk.change(first, "update", "Kết hôn", marital_status="2")
    third = trial.clerk.change(second, "correct", "Sửa lỗi nhập", marital_status="1")
    trial.send_all([first, second, third])
    same("được chấp nhận", sum(read.accepted for read in trial.receive()), 3)
    trial.holds_exactly({third: 3})


@case("canonical", "Chữ có dấu, dấu nháy, ký tự điều khiển: dạng chuẩn đúng đến từng byte", "2, 7")
def canonical(trial: Trial) -> None:
    lines = [replace(line, reason=AWKWARD) for line in trial.clerk.create(2)]
    lines[0] = lines[0].with_fields("employment", main_work='Soạn "văn bản" \\ tờ trình, 😀 ngạch A1')
    trial.send_all(lines)
    same("được chấp nhận", trial.receive()[0].accepted, 2)
    trial.holds_exactly(dict.fromkeys(lines, 1))


@case("nothing-new", "Không có gì mới thì không có gói; dòng đã nhận không được gửi lần nữa", "9, 17.3")
def nothing_new(trial: Trial) -> None:
    lines = trial.clerk.create(2)
    given = trial.give(lines)
    trial.finish(given)
    trial.finish(given)
    trial.finish()
    trial.chained(1)
    trial.receive()
    trial.holds_exactly(dict.fromkeys(lines, 1))


@case("many-records", f"{MANY} người một lần", "6, 14")
def many_records(trial: Trial) -> None:
    lines = trial.clerk.create(MANY)
    trial.send_all(lines)
    packages = len(trial.wire.taken)
    holds("ít nhất một gói", ok=packages > 0, got=packages)
    trial.chained(packages)
    read = trial.receive(packages)
    same("được chấp nhận", sum(r.accepted for r in read), MANY)
    same("số người nút quốc gia giữ", trial.office.people(trial.agency, trial.keys), MANY)
    posts = [request for request in trial.wire.requests if request.path == PACKAGES]
    same("mỗi gói chỉ gửi một lần khi không có gì cản", len(posts), packages)
