"""Cases about the way: answers lost, the sender killed, the node busy, gaps and forks."""

from __future__ import annotations

import shutil

import orjson

from ccvc.node.conformance.cases.registry import case
from ccvc.node.conformance.input import Line
from ccvc.node.conformance.judging import holds, same
from ccvc.node.conformance.sender import AGAIN
from ccvc.node.conformance.trial import Trial
from ccvc.node.conformance.wire import PACKAGES, Answer, Forward, Trick, answering, lose_answer, lose_request

MOMENTS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.7, 1.0, 1.5)
OUTAGE = b'{"code":"EXC-BUSY","message":"Th\xe1\xbb\xad l\xe1\xba\xa1i sau.","next":"","where":""}'


def once_each(trial: Trial, lines: list[Line]) -> None:
    """One package was taken under each number, whatever was sent how often, and every person is held once."""
    trial.chained(len(trial.wire.taken))
    by_number: dict[int, set[str]] = {}
    for delivery in trial.wire.deliveries:
        if delivery.manifest is not None:
            by_number.setdefault(delivery.manifest.sequence, set()).add(delivery.digest)
    same("số của gói có nhiều nội dung khác nhau", [n for n, d in by_number.items() if len(d) > 1], [])
    trial.receive(len(trial.wire.taken))
    trial.holds_exactly(dict.fromkeys(lines, 1))


@case("lost-answer", "Mất câu trả lời: gửi lại đúng gói đó, được nhận một lần", "9")
def lost_answer(trial: Trial) -> None:
    lines = trial.clerk.create(2)
    trial.wire.next(PACKAGES, lose_answer)
    trial.send_all(lines)
    same("số lần gửi gói đó, ít nhất", min(len(trial.wire.deliveries), 2), 2)
    once_each(trial, lines)


@case("lost-request", "Yêu cầu không tới nơi: gửi lại đúng gói đó", "9")
def lost_request(trial: Trial) -> None:
    lines = trial.clerk.create(2)
    trial.wire.next(PACKAGES, lose_request)
    trial.send_all(lines)
    once_each(trial, lines)


@case("busy", "Nút quốc gia bận (503, Retry-After): gửi lại sau, không bỏ, không đổi gói", "11.1")
def busy(trial: Trial) -> None:
    lines = trial.clerk.create(2)
    trial.wire.next(PACKAGES, answering(503, OUTAGE, Retry_After="1"))
    trial.wire.next(PACKAGES, answering(502, b"<html>Bad gateway</html>"))
    trial.send_all(lines)
    once_each(trial, lines)


@case("killed-before-delivery", "Bị tắt ngang trước khi gói tới nơi: chạy lại thì đi tiếp", "9, 17.3")
def killed_before(trial: Trial) -> None:
    def kill(_forward: Forward) -> None:
        trial.sender.kill()

    _killed(trial, kill)


@case(
    "killed-after-delivery", "Bị tắt ngang khi gói đã tới mà chưa kịp biết: chạy lại thì đi tiếp", "9, 17.3"
)
def killed_after(trial: Trial) -> None:
    def kill(forward: Forward) -> Answer | None:
        forward()
        trial.sender.kill()
        return None

    _killed(trial, kill)


def _killed(trial: Trial, kill: Trick) -> None:
    lines = trial.clerk.create(5)
    given = trial.give(lines)
    trial.wire.next(PACKAGES, kill)
    ended = trial.sender.run("send", given)
    holds("bước send bị tắt khi đang gửi", ok=ended.code < 0, got=f"mã thoát {ended.code}")
    trial.finish(given)
    once_each(trial, lines)


@case("killed-anywhere", "Bị tắt ngang ở nhiều lúc khác nhau: không mất ai, không ai hai lần", "9, 17.3")
def killed_anywhere(trial: Trial) -> None:
    lines = trial.clerk.create(200)
    for moment, part in zip(MOMENTS, range(0, 200, 20), strict=False):
        given = trial.give(lines[: part + 20])
        trial.sender.run("send", given, kill_after=moment)
    trial.finish(trial.give(lines))
    once_each(trial, lines)


@case("gap", "EXC-GAP: gửi lại từ số được nêu, đúng những gói cũ", "9")
def gap(trial: Trial) -> None:
    """The answer is put in the node's place: it is what a node restored from an older backup would say."""
    people = [trial.clerk.create(1) for _ in range(3)]
    for lines in people[:2]:
        trial.send_all(lines)
    before = len(trial.wire.deliveries)
    body = {
        "code": "EXC-GAP",
        "expected": 2,
        "got": 3,
        "message": "…",
        "next": "…",
        "where": "manifest.sequence",
    }
    trial.wire.next(PACKAGES, answering(409, orjson.dumps(body)))
    trial.send_all(people[2])
    numbers = [d.manifest.sequence for d in trial.wire.deliveries[before:] if d.manifest]
    same("số của các gói gửi sau EXC-GAP", numbers, [3, 2, 3])
    once_each(trial, [line for lines in people for line in lines])


@case("fork", "EXC-FORK: dừng hẳn và gọi người (hồ sơ của người gửi bị khôi phục từ bản sao cũ)", "9")
def fork(trial: Trial) -> None:
    lines = trial.clerk.create(3)
    trial.send_all(lines[:1])
    copied = trial.sender.folder / "state-copied"
    shutil.copytree(trial.sender.state, copied)
    trial.send_all(lines[1:2])
    shutil.rmtree(trial.sender.state)
    copied.rename(trial.sender.state)
    trial.must_stop(trial.send(lines[2:]), "EXC-FORK")
    taken = len(trial.wire.taken)
    again = trial.send()
    holds("vẫn dừng khi chạy lại", ok=again.code not in {0, AGAIN}, got=f"mã thoát {again.code}")
    same("số gói được nhận sau khi đã dừng", len(trial.wire.taken), taken)
