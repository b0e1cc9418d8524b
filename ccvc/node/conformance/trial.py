"""What a case works with: an agency of its own, its sender, the wire, and the truth from the node."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from ccvc.exchange.domain.manifest import Kind
from ccvc.exchange.domain.opening import Opened
from ccvc.exchange.domain.records import SummaryLine, VerdictLine, decode_receipt
from ccvc.node.conformance.input import Clerk, Line, write_lines
from ccvc.node.conformance.judging import Failed, holds, same
from ccvc.node.conformance.office import Office
from ccvc.node.conformance.sender import AGAIN, Ended, Ending, ReadReceipt, ReceiveReport, Sender
from ccvc.node.conformance.wire import Wire

RECEIPT_SECONDS = 60.0
MOST_TRIES = 8


@dataclass(frozen=True)
class Receipt:
    """A receipt as it really is."""

    opened: Opened
    summary: SummaryLine
    verdicts: list[VerdictLine]


@dataclass
class Trial:
    """One agency in one case."""

    agency: str
    keys: Path
    office: Office
    wire: Wire
    sender: Sender
    clerk: Clerk
    ids: dict[UUID, set[str]] = field(default_factory=dict)
    read: int = 0
    _files: Any = field(default_factory=lambda: count(1))

    def give(self, lines: list[Line]) -> Path:
        """Write lines as an input file."""
        for line in lines:
            self.ids.setdefault(line.person, set()).add(line.id)
        return write_lines(self.sender.folder / f"input-{next(self._files):02d}.jsonl", lines)

    def send(self, lines: list[Line] | None = None, *, offset: int = 0) -> Ended:
        """One step `send`."""
        return self.sender.run("send", self.give(lines) if lines else None, offset=offset)

    def send_all(self, lines: list[Line] | None = None) -> Ended:
        """Send until everything is taken; Failed where the sender stops or does not get there."""
        return self.finish(self.give(lines) if lines else None)

    def finish(self, given: Path | None = None) -> Ended:
        """Give the same step again until it says that everything is taken."""
        for attempt in range(MOST_TRIES):
            ended = self.sender.run("send", given)
            if ended.code != AGAIN:
                break
            time.sleep(0.2 * attempt)
        done("send khi mọi gói đã tới nơi", ended)
        return ended

    def must_stop(self, ended: Ended, code: str) -> None:
        """The sender stopped and says why: with the code of the answer, or its own where it found the cause itself."""
        holds(
            "người gửi dừng lại và gọi người (mã thoát khác 0 và 75)",
            ok=ended.code not in {0, AGAIN},
            got=f"mã thoát {ended.code}",
        )
        stopped = ended.report(Ending).stopped
        holds("stopped trong báo cáo nói vì sao", ok=stopped is not None and stopped.code != "", got=stopped)
        if stopped is not None and code in self.wire.refusals:
            same("stopped.code trong báo cáo", stopped.code, code)

    def truth(self, receipts: int) -> list[Receipt]:
        """The receipts in the mailbox, once there are so many."""
        deadline = time.monotonic() + RECEIPT_SECONDS
        while time.monotonic() < deadline:
            found = [p for p in self.mailbox() if p.manifest.kind == Kind.RECEIPT]
            if len(found) >= receipts:
                return [Receipt(opened, *decode_receipt(opened.lines)) for opened in found]
            time.sleep(0.2)
        raise Failed(f"nút quốc gia trả {receipts} biên nhận", f"{len(found)} sau {RECEIPT_SECONDS:.0f} giây")

    def mailbox(self) -> list[Opened]:
        """Everything in the agency's mailbox."""
        return self.office.mailbox(self.agency, self.keys)

    def receive(self, receipts: int = 1) -> list[ReadReceipt]:
        """Step `receive` once so many more receipts are there; what was read must be what they say."""
        real = self.truth(self.read + receipts)[self.read :]
        ended = self.sender.run("receive")
        done("receive khi không còn gì chờ", ended)
        read = ended.report(ReceiveReport).receipts
        self.compare(read, real)
        self.read += len(real)
        return read

    def compare(self, read: list[ReadReceipt], real: list[Receipt]) -> None:
        """Failed unless the sender read each receipt as it is."""
        same(
            "biên nhận đã đọc (số gói)",
            [r.sequence for r in read],
            [r.opened.manifest.sequence for r in real],
        )
        for got, true in zip(read, real, strict=True):
            said = true.summary
            name = f"biên nhận {got.sequence}"
            same(f"{name}: gói được trả lời", got.manifest_sha256, said.manifest_sha256)
            same(f"{name}: package", got.package, said.package)
            counts = (got.accepted, got.refused, got.pending)
            same(f"{name}: accepted, refused, pending", counts, (said.accepted, said.refused, said.pending))
            same(f"{name}: verdicts", [_short(v) for v in got.verdicts], [_short(v) for v in true.verdicts])
            strange = [v.id for v in got.verdicts if v.id not in self.ids.get(v.person, set())]
            same(f"{name}: id không phải của người đó", strange, [])

    def holds_exactly(self, expected: dict[Line, int]) -> None:
        """The node holds exactly these people, each at this version number with this document."""
        held = {row.person: (row.number, row.national) for row in self.office.rows(self.agency, self.keys)}
        wanted = {line.person: (number, line.national_sha256) for line, number in expected.items()}
        same("số người nút quốc gia giữ", len(held), len(wanted))
        wrong = [
            f"{person}: {held.get(person)} ≠ {want}"
            for person, want in wanted.items()
            if held.get(person) != want
        ]
        same("người có phiên bản hoặc hồ sơ khác", wrong[:3], [])

    def chained(self, packages: int) -> None:
        """The packages the node took are numbered 1, 2, 3 … and chained."""
        taken = self.wire.taken
        same("số gói nút quốc gia đã nhận", len(taken), packages)
        manifests = [delivery.manifest for delivery in taken]
        same("số của các gói (sequence)", [m.sequence for m in manifests if m], list(range(1, packages + 1)))
        before = [None, *(delivery.digest for delivery in taken)][:packages]
        same("previous của các gói", [m.previous for m in manifests if m], before)


def done(what: str, ended: Ended) -> None:
    """Failed unless a step ended with 0."""
    if ended.code == 0:
        return
    try:
        said: object = ended.report(Ending).stopped
    except Failed as failed:
        said = failed.got
    raise Failed(f"mã thoát 0 của {what}", f"mã thoát {ended.code}; {said}; {ended.words}")


def _short(verdict: Any) -> tuple[Any, ...]:
    return (verdict.record, str(verdict.person), verdict.number, verdict.verdict, verdict.code, verdict.path)
