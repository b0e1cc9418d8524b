"""The conformance run: a mock node, a wire, and each case with an agency, keys and a state of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ccvc.node.conformance.cases import CASES, Case
from ccvc.node.conformance.input import Clerk
from ccvc.node.conformance.judging import Failed
from ccvc.node.conformance.office import Office, open_office
from ccvc.node.conformance.sender import Sender
from ccvc.node.conformance.trial import Trial
from ccvc.node.conformance.wire import Wire, open_wire
from ccvc.simulation.agencies import headcounts
from ccvc.standard.problems import Problem

PROTOCOL = "docs/exchange-protocol.md"


@dataclass(frozen=True)
class Result:
    """What became of a case."""

    case: str
    title: str
    sections: str
    passed: bool
    expected: str
    got: str
    seconds: float
    folder: str


Tell = Callable[[Result], None]


def run(command: Sequence[str], root: Path, names: Sequence[str], tell: Tell) -> list[Result]:
    """Drive a sender through the named cases (all where none is named); what became of each."""
    chosen = chosen_cases(names)
    folder = root / datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    folder.mkdir(parents=True)
    results = []
    with office_and_wire(folder / "mock") as (office, wire):
        free = agencies()
        for case in chosen:
            own = [next(free) for _ in range(case.agencies)]
            results.append(one(case, own, command, folder / case.name, office, wire))
            tell(results[-1])
    return results


def chosen_cases(names: Sequence[str]) -> list[Case]:
    """The cases of these names; Problem NOD-CASE for one there is not."""
    unknown = next((name for name in names if name not in CASES), None)
    if unknown is not None:
        raise Problem("NOD-CASE", where=unknown, case=unknown, known=", ".join(CASES))
    return [case for case in CASES.values() if not names or case.name in names]


def agencies() -> Iterator[str]:
    """Agencies of today that may take part, one for each use."""
    today = datetime.now().astimezone().date()
    return iter(sorted(code for code in headcounts(today) if code.startswith("H")))


@contextmanager
def office_and_wire(folder: Path) -> Iterator[tuple[Office, Wire]]:
    """A mock node, and the wire to it."""
    with open_office(folder) as office, open_wire(office.endpoint, office.context, *office.tls) as wire:
        yield office, wire


def one(
    case: Case, own: Sequence[str], command: Sequence[str], folder: Path, office: Office, wire: Wire
) -> Result:
    """Drive the sender through one case."""
    wire.clear()
    started = time.perf_counter()
    expected = got = ""
    try:
        case(*(trial(case, agency, command, folder, office, wire) for agency in own))
    except Failed as failed:
        expected, got = failed.expected, failed.got
    except Problem as problem:
        expected, got = "nút thử nghiệm trả lời được", f"{problem.code}: {problem.message()}"
    wire.check()
    seconds = round(time.perf_counter() - started, 2)
    return Result(case.name, case.title, case.sections, not expected, expected, got, seconds, str(folder))


def trial(case: Case, agency: str, command: Sequence[str], folder: Path, office: Office, wire: Wire) -> Trial:
    """An agency with fresh keys and a sender that remembers nothing."""
    keys = office.make_keys(f"{case.name}-{agency}", agency)
    sender = Sender(command, folder / agency, keys, wire.address)
    return Trial(agency, keys, office, wire, sender, Clerk(agency))


def as_json(results: Sequence[Result]) -> dict[str, Any]:
    """The report for programs."""
    return {
        "format": "ccvc-conformance/1",
        "passed": all(result.passed for result in results),
        "protocol": PROTOCOL,
        "cases": [asdict(result) for result in results],
    }


def line_of(result: Result) -> str:
    """One case for people."""
    head = (
        f"{'ĐẠT  ' if result.passed else 'HỎNG '} {result.case:24} {result.seconds:6.1f} giây  {result.title}"
    )
    if result.passed:
        return head
    return (
        f"{head}\n      Phải là: {result.expected}\n      Nhưng là: {result.got}\n"
        f"      Xem mục {result.sections} của {PROTOCOL}; những gì đã chạy nằm ở {result.folder}"
    )


def summary_of(results: Sequence[Result]) -> str:
    """The last line for people."""
    passed = sum(result.passed for result in results)
    return f"{passed} trên {len(results)} trường hợp đạt."
