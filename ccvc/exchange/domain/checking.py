"""Checking a package file for whoever writes a sender: every fault found, where it is, what was expected.

Unlike a receiver, the check goes on after a fault as far as the bytes allow. Signatures are judged only when
trust anchors are given, the content only when the receiver's key is: what was not checked is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from ccvc.exchange.domain import container, content, opening
from ccvc.exchange.domain.container import Parts
from ccvc.exchange.domain.inspection import inspect_lines
from ccvc.exchange.domain.manifest import (
    Envelope,
    Manifest,
    decode_envelope,
    decode_manifest,
    manifest_digest,
)
from ccvc.signing import jws
from ccvc.signing.keys import PrivateKey
from ccvc.signing.verification import Trust
from ccvc.standard.problems import Problem

Outcome = Literal["ok", "fault", "skipped"]
MOST_FAULTS = 200
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Finding:
    """One step of the check; `problem` says what is wrong where the outcome is a fault."""

    step: str
    outcome: Outcome
    problem: Problem | None = None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """Step, outcome and, for a fault, code, message, where, next, expected and got."""
        found: dict[str, Any] = {"step": self.step, "outcome": self.outcome}
        if self.note:
            found["note"] = self.note
        if self.problem is not None:
            found |= self.problem.as_json()
            found |= {
                name: self.problem.params[name] for name in ("expected", "got") if name in self.problem.params
            }
        return found


@dataclass(slots=True)
class CheckReport:
    """All findings in the order of the checks, and the manifest if it could be read (believed or not)."""

    findings: list[Finding] = field(default_factory=list)
    manifest: Manifest | None = None
    manifest_sha256: str | None = None
    records: int | None = None

    @property
    def ok(self) -> bool:
        """No fault was found; steps may have been skipped."""
        return not self.faults

    @property
    def complete(self) -> bool:
        """Every step was made."""
        return all(finding.outcome != "skipped" for finding in self.findings)

    @property
    def faults(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.outcome == "fault"]

    def as_json(self) -> dict[str, Any]:
        """The report for programs (`--json`)."""
        return {
            "ok": self.ok,
            "complete": self.complete,
            "package": str(self.manifest.id) if self.manifest else None,
            "manifest_sha256": self.manifest_sha256,
            "records": self.records,
            "findings": [finding.as_json() for finding in self.findings],
        }

    def as_text(self) -> str:
        """The report for people, one step a line, faults with what to do next."""
        return "\n".join(line for finding in self.findings for line in _text(finding))


_MARKS: dict[Outcome, str] = {"ok": "✓", "fault": "✗", "skipped": "–"}


def _text(finding: Finding) -> Iterable[str]:
    head = f"{_MARKS[finding.outcome]} {finding.step}"
    if finding.problem is None:
        yield f"{head}: {finding.note}" if finding.note else head
        return
    yield f"{head}: [{finding.problem.code}] {finding.problem.where}: {finding.problem.message()}"
    yield f"    → {finding.problem.next_step()}"


def check_file(
    path: Path,
    *,
    key: PrivateKey | None = None,
    trust: Trust | None = None,
    receiver: str | None = None,
    at: datetime | None = None,
) -> CheckReport:
    """Check a package file; never raises for what is wrong with the package, only reports it."""
    try:
        container.check_size(path.stat().st_size)
        data = path.read_bytes()
    except OSError as error:
        problem = Problem("EXC-FILE", where=str(path), reason=error.strerror or str(error))
        return CheckReport([Finding("đọc tệp", "fault", problem)])
    except Problem as problem:
        return CheckReport([Finding("đọc tệp", "fault", problem)])
    return check_bytes(data, key=key, trust=trust, receiver=receiver, at=at)


def check_bytes(
    data: bytes,
    *,
    key: PrivateKey | None = None,
    trust: Trust | None = None,
    receiver: str | None = None,
    at: datetime | None = None,
) -> CheckReport:
    """Check a package held in memory, as `check_file` does."""
    return _Check(key, trust, receiver, at or datetime.now(UTC)).run(data)


class _Check:
    """One run: each step reports its fault and lets the next ones go on with what there is."""

    def __init__(
        self, key: PrivateKey | None, trust: Trust | None, receiver: str | None, at: datetime
    ) -> None:
        self.key = key
        self.trust = trust
        self.receiver = receiver
        self.at = at
        self.report = CheckReport()

    def run(self, data: bytes) -> CheckReport:
        parts = self._step("bố cục tệp", lambda: container.split(data))
        if parts is None:
            return self.report
        envelope = self._step("phong bì", lambda: decode_envelope(parts.envelope))
        if envelope is None:
            return self.report
        self._signatures(envelope)
        manifest = self._manifest(envelope)
        if manifest is not None:
            self._content(envelope, manifest, parts)
        return self.report

    def _signatures(self, envelope: Envelope) -> None:
        trust = self.trust
        if trust is None:
            self._skip("chữ ký và chứng thư", "chưa cung cấp chứng thư gốc tin cậy (--trust)")
            return
        found = self._step("chữ ký", lambda: opening.verify_signatures(envelope, trust, self.at))
        if found is not None:
            self._step("chứng thư ký", lambda: opening.require_signature(found[0]))

    def _manifest(self, envelope: Envelope) -> Manifest | None:
        signed = {"payload": envelope.manifest.payload, "signatures": [{"protected": "", "signature": ""}]}
        payload = self._step("bản kê (base64url)", lambda: _payload(signed))
        if payload is None:
            return None
        self.report.manifest_sha256 = manifest_digest(payload)
        manifest = self._step("bản kê", lambda: decode_manifest(payload))
        self.report.manifest = manifest
        if manifest is not None:
            self._parties(envelope, manifest)
        return manifest

    def _parties(self, envelope: Envelope, manifest: Manifest) -> None:
        trust = self.trust or Trust()
        try:
            signatures = opening.verify_signatures(envelope, trust, self.at)
        except Problem:
            return
        signer, receiver = signatures[0].certificate, self.receiver or manifest.receiver
        if signer is not None:
            self._step("nơi gửi, nơi nhận", lambda: opening.check_parties(manifest, signer, receiver))
        if self.trust is not None:
            self._step("người phê duyệt", lambda: opening.check_approver(manifest, signatures))

    def _content(self, envelope: Envelope, manifest: Manifest, parts: Parts) -> None:
        self._step("phần mã hoá", lambda: content.check_blob(manifest, parts.blob, parts.blob_offset))
        key = self.key
        if key is None:
            self._skip("nội dung", "chưa cung cấp khoá giải mã của nơi nhận (--key)")
            return
        content_key = self._step("khoá nội dung", lambda: opening.content_key(envelope, key))
        if content_key is None:
            return
        packed = self._step("giải mã", lambda: content.decrypt(parts.blob, content_key, manifest.id))
        if packed is None:
            return
        plain = self._step("giải nén", lambda: content.decompress(packed))
        if plain is not None:
            self._lines(manifest, plain)

    def _lines(self, manifest: Manifest, plain: bytes) -> None:
        self._step("kết thúc dòng", lambda: content.split_lines(plain))
        lines = plain.removesuffix(b"\n").split(b"\n") if plain else []
        self.report.records = len(lines)
        self._step("số bản ghi, gốc cây băm", lambda: content.check_lines(manifest, lines))
        if self.trust is None:
            self._skip("phê duyệt trong nội dung", "chưa cung cấp chứng thư gốc tin cậy (--trust)")
        faults = inspect_lines(manifest, lines, trust=self.trust, at=self.at)
        for count, problem in enumerate(faults):
            if count == MOST_FAULTS:
                self._skip("các bản ghi còn lại", f"đã dừng sau {MOST_FAULTS} lỗi")
                return
            self.report.findings.append(Finding("bản ghi", "fault", problem))
        if not any(finding.step == "bản ghi" for finding in self.report.findings):
            self.report.findings.append(Finding("bản ghi", "ok", note=f"{len(lines)} dòng"))

    def _step(self, name: str, step: Callable[[], _T]) -> _T | None:
        try:
            result = step()
        except Problem as problem:
            self.report.findings.append(Finding(name, "fault", problem))
            return None
        self.report.findings.append(Finding(name, "ok"))
        return result

    def _skip(self, name: str, note: str) -> None:
        self.report.findings.append(Finding(name, "skipped", note=note))


def _payload(signed: dict[str, Any]) -> bytes:
    try:
        return jws.payload_of(signed)
    except Problem as problem:
        raise Problem(
            "EXC-ENVELOPE", where="envelope.manifest.payload", reason=problem.message()
        ) from problem
