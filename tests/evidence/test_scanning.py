"""Malware: refused at the door, found out later, and a scanner that cannot be reached."""

from __future__ import annotations

import hashlib
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from ccvc.changes import actions as changes
from ccvc.evidence import actions, scanning, selectors, storage
from ccvc.evidence.domain import Details
from ccvc.evidence.models import Attachment, ScanState, StoredFile
from ccvc.ledger.models import Entry
from ccvc.ledger.verification import verify
from ccvc.node import settings as node
from ccvc.standard.problems import Problem
from tests import people
from tests.evidence import samples
from tests.evidence.scanner import Daemon, clamd
from tests.owner import behind_the_back
from tests.people import PASSPHRASE, Agency

INFECTED = samples.pdf(samples.EICAR.decode("latin-1"))
DECISION = Details(kind="99", path="identity", file_name="a.pdf")


@pytest.fixture
def daemon(tmp_path: Path, settings: Any) -> Iterator[Daemon]:
    with clamd(tmp_path / "clamd") as (running, name):
        settings.CCVC_EVIDENCE_SCANNER = name
        yield running


def entries(kind: str) -> list[dict[str, Any]]:
    return [orjson.loads(e.payload) for e in Entry.objects.filter(kind=kind).order_by("index")]


def proposed(agency: Agency, content: bytes) -> tuple[Any, Attachment]:
    change = people.propose(agency, people.dossier())
    received = actions.receive(agency.subject("officer"), content)
    return change, changes.prove(agency.subject("officer"), change.pk, received, DECISION)


def test_a_clean_file_is_sent_whole_and_kept_as_clean(agency: Agency, daemon: Daemon) -> None:
    content = samples.pdf("x" * 200_000)
    _change, paper = proposed(agency, content)
    assert daemon.scanned == [content]
    assert paper.file.state == ScanState.CLEAN
    assert selectors.content(agency.subject("officer"), paper) == content


def test_malware_is_refused_kept_nowhere_and_told_in_the_ledger(agency: Agency, daemon: Daemon) -> None:
    with pytest.raises(Problem) as caught:
        actions.receive(agency.subject("officer"), INFECTED)
    assert caught.value.code == "EVI-INFECTED"
    assert "Win.Test.EICAR_HDB-1" in caught.value.message("vi")
    assert not StoredFile.objects.exists()
    assert not [f for f in storage.folder().rglob("*") if f.is_file()]
    assert entries("evidence_refused") == [
        {
            "sha256": hashlib.sha256(INFECTED).hexdigest(),
            "size": len(INFECTED),
            "malware": "Win.Test.EICAR_HDB-1",
            "by": "officer",
        }
    ]


def test_where_the_scanner_is_away_a_file_waits_and_is_neither_opened_nor_signed(
    agency: Agency, daemon: Daemon
) -> None:
    daemon.broken = True
    change, paper = proposed(agency, samples.pdf())
    people.pass_steps(agency, [change.pk])
    with pytest.raises(Problem) as caught:
        selectors.content(agency.subject("officer"), paper)
    assert caught.value.code == "EVI-NOT-SCANNED"
    approver = agency.subject("approver")
    with pytest.raises(Problem) as caught:
        changes.prepare(approver, [change.pk])
    assert (caught.value.code, caught.value.params["changes"]) == ("CHG-EVIDENCE", [change.pk])
    with pytest.raises(Problem) as caught:
        changes.approve(approver, [change.pk], PASSPHRASE, "00" * 32)
    assert caught.value.code == "CHG-EVIDENCE"
    assert actions.scan_due() == actions.Scanned(waiting=1)
    daemon.broken = False
    assert actions.scan_due() == actions.Scanned(clean=1)
    assert people.approve(agency, [change.pk])
    paper.file.refresh_from_db()
    assert selectors.content(agency.subject("officer"), paper) == samples.pdf()
    assert actions.scan_due() == actions.Scanned()


def test_malware_found_out_later_is_removed_and_can_never_be_signed(
    agency: Agency, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    change, paper = proposed(agency, INFECTED)
    people.pass_steps(agency, [change.pk])
    with clamd(tmp_path / "later") as (_daemon, name):
        settings.CCVC_EVIDENCE_SCANNER = name
        with django_capture_on_commit_callbacks(execute=True):
            assert actions.scan_due() == actions.Scanned(infected=1)
        with pytest.raises(Problem) as caught:
            actions.receive(agency.subject("officer"), INFECTED)
    assert caught.value.code == "EVI-INFECTED"
    settings.CCVC_EVIDENCE_SCANNER = ""
    assert not storage.place(paper.file.sha256).exists()
    for act in (
        lambda: changes.prepare(agency.subject("approver"), [change.pk]),
        lambda: selectors.content(agency.subject("officer"), Attachment.objects.select_related("file").get()),
    ):
        with pytest.raises(Problem) as caught:
            act()
        assert caught.value.code in {"CHG-EVIDENCE", "EVI-INFECTED"}
    assert verify().ok, "the ledger itself says why the file is not there"
    with behind_the_back():
        Entry.objects.filter(kind="evidence_refused").update(subject="khác")
    assert "EVI-FILE-MISSING" in {fault.code for fault in verify(all_faults=True).faults}


def test_malware_in_what_was_signed_is_sealed_but_kept(agency: Agency, settings: Any, tmp_path: Path) -> None:
    change, paper = proposed(agency, INFECTED)
    people.pass_steps(agency, [change.pk])
    people.approve(agency, [change.pk])
    with clamd(tmp_path / "later") as (_daemon, name):
        settings.CCVC_EVIDENCE_SCANNER = name
        assert actions.scan_due().infected == 1
    assert storage.place(paper.file.sha256).is_file()
    with pytest.raises(Problem) as caught:
        selectors.content(agency.subject("officer"), Attachment.objects.select_related("file").get())
    assert caught.value.code == "EVI-INFECTED"
    assert entries("evidence_refused")[0]["kept"] is True
    assert verify().ok


def test_clamd_is_spoken_to_over_tcp_too() -> None:
    with clamd(None) as (daemon, name):
        scanner = scanning.scanner_of(name)
        assert scanner is not None
        assert scanner.scan(INFECTED) == scanning.Verdict("infected", "Win.Test.EICAR_HDB-1")
        assert scanner.scan(b"") == scanning.Verdict("clean")
        assert daemon.scanned == [INFECTED, b""]
    assert scanner.scan(b"").status == "unknown"


SCRIPT = """#!{python}
import pathlib, stat, sys
path = pathlib.Path(sys.argv[2])
assert sys.argv[1] == "--no-summary" and stat.S_IMODE(path.stat().st_mode) == 0o600
if b"EICAR" in path.read_bytes():
    print(f"{{path}}: Eicar-Signature FOUND")
    sys.exit(1)
sys.exit(2 if b"unreadable" in path.read_bytes() else 0)
"""


def test_any_command_can_be_the_scanner(tmp_path: Path) -> None:
    program = tmp_path / "scan"
    program.write_text(SCRIPT.format(python=sys.executable))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    scanner = scanning.scanner_of(f"command:{program} --no-summary")
    assert scanner is not None
    assert scanner.scan(b"fine") == scanning.Verdict("clean")
    assert scanner.scan(samples.EICAR) == scanning.Verdict("infected", "Eicar-Signature")
    assert scanner.scan(b"unreadable").status == "unknown"
    gone = scanning.scanner_of("command:/nowhere/clamscan")
    assert gone is not None
    assert gone.scan(b"").status == "unknown"


@pytest.mark.parametrize(
    "text", ["tcp:10.0.0.7:3310", "tcp:clamav.example:3310", "clamd", "unix:relative", "command:"]
)
def test_a_setting_that_names_no_scanner_of_this_machine_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        node.load(home=tmp_path, evidence_scanner=text)
    assert caught.value.code == "NOD-SETTINGS"
    assert "evidence_scanner" in caught.value.message("vi")
