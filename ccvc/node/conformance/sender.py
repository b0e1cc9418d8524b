"""The sender under test: one command a step, told everything by environment variables (17.3)."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from ccvc.node.conformance.judging import Failed

Step = Literal["send", "receive"]
AGAIN = 75
PATIENCE = 60.0
MOST_WORDS = 800


class Stopped(Struct, frozen=True):
    """Why a sender calls a person."""

    code: str


class Sent(Struct, frozen=True):
    """A package the national node said it has taken."""

    manifest_sha256: str
    sequence: int
    status: str


class Ending(Struct, frozen=True, kw_only=True):
    """What every step reports."""

    stopped: Stopped | None


class SendReport(Ending, frozen=True, kw_only=True):
    """What a step `send` reports."""

    sent: list[Sent]


class ReadVerdict(Struct, frozen=True):
    """A verdict as the sender read it."""

    code: str
    id: str
    number: int
    path: str
    person: UUID
    record: int
    verdict: str


class ReadReceipt(Struct, frozen=True):
    """A receipt as the sender read it."""

    accepted: int
    manifest_sha256: str
    package: UUID
    pending: int
    refused: int
    sequence: int
    verdicts: list[ReadVerdict]
    problem: str | None = None


class ReadNotice(Struct, frozen=True):
    """A notice as the sender read it."""

    claimant: str
    code: str
    holder: str
    person: UUID


class ReceiveReport(Ending, frozen=True, kw_only=True):
    """What a step `receive` reports."""

    receipts: list[ReadReceipt]
    notices: list[ReadNotice]


Report = TypeVar("Report", bound=Ending)


@dataclass(frozen=True)
class Ended:
    """How a step ended: its exit code (negative: killed), its words, its report."""

    step: Step
    code: int
    words: str
    file: Path

    def report(self, kind: type[Report]) -> Report:
        """The report it wrote; Failed where there is none of the agreed form."""
        try:
            return msgspec.json.decode(self.file.read_bytes(), type=kind)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Failed(f"báo cáo của bước {self.step} (17.3)", f"{error}; {self.words}") from error


@dataclass
class Sender:
    """The command, with one folder of its own: keys, state, inputs, reports, words."""

    command: Sequence[str]
    folder: Path
    keys: Path
    endpoint: str
    steps: list[str] = field(default_factory=list)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def state(self) -> Path:
        """The folder the sender remembers in."""
        return self.folder / "state"

    def start(self, step: Step, given: Path | None, offset: int) -> Path:
        """Start a step; returns where its report is to be."""
        mark = f"{len(self.steps) + 1:02d}-{step}"
        self.steps.append(step)
        self.state.mkdir(parents=True, exist_ok=True)
        report, words = self.folder / f"{mark}.report.json", self.folder / f"{mark}.log"
        with words.open("wb") as log:
            self._process = subprocess.Popen(
                [*self.command, step],
                env=self._environment(report, given, offset),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return report

    def _environment(self, report: Path, given: Path | None, offset: int) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("SENDER_", "CCVC_", "DJANGO_"))}
        told = {
            "SENDER_KEYS": str(self.keys),
            "SENDER_STATE": str(self.state),
            "SENDER_ENDPOINT": self.endpoint,
            "SENDER_REPORT": str(report),
        }
        if given is not None:
            told["SENDER_INPUT"] = str(given)
        if offset:
            told["SENDER_CLOCK_OFFSET"] = str(offset)
        return inherited | told

    def run(
        self, step: Step, given: Path | None = None, *, offset: int = 0, kill_after: float | None = None
    ) -> Ended:
        """Run a step to its end, or until it is killed; Failed where it does not end."""
        report = self.start(step, given, offset)
        timer = threading.Timer(kill_after, self.kill) if kill_after is not None else None
        if timer is not None:
            timer.start()
        code = self._wait(step)
        if timer is not None:
            timer.cancel()
        return Ended(step, code, self._words(report), report)

    def _wait(self, step: Step) -> int:
        assert self._process is not None  # noqa: S101 - only after start
        try:
            return self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired as error:
            self.kill()
            self._process.wait()
            raise Failed(
                f"bước {step} kết thúc trong 30 giây", f"sau {PATIENCE:.0f} giây chưa xong"
            ) from error

    def kill(self) -> None:
        """End the running step at once, with whatever it started."""
        process = self._process
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)

    @staticmethod
    def _words(report: Path) -> str:
        log = report.with_name(report.name.replace(".report.json", ".log"))
        return log.read_text(errors="replace").strip()[-MOST_WORDS:]
