"""`python -m tests.fuzz`: many hostile inputs on all cores; exit code 1 where any did what none may.

`--input FILE` tries one kept input again, `--target NAME --number N` the one a seed gives.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

HANGS = 60.0  # seconds without an input done
STARTS = 300.0  # the same, while the database is being set up


class Part:
    """One process of the run, started again behind the input that ended it."""

    def __init__(
        self, number: int, given: dict[str, Any], said: queue.Queue[tuple[int, dict[str, Any]]]
    ) -> None:
        self.number, self.given, self.said = number, given, said
        self.began = Path(given["began"])
        self.start(0)

    def start(self, after: int) -> None:
        self.began.write_text("")
        self.after = after
        self.place, self.moved = "", time.monotonic()
        arguments = json.dumps({**self.given, "after": after})
        command = [sys.executable, "-m", "tests.fuzz.working", arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.errors: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(
            target=lambda p=self.process: self.errors.extend(p.stderr or ()), daemon=True
        ).start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            self.said.put((self.number, json.loads(line)))

    def look(self) -> str:
        """ "" while it works, "done" at its end; else what happened to it, after which it goes on."""
        code, place = self.process.poll(), self.began.read_text()
        if place != self.place:
            self.place, self.moved = place, time.monotonic()
        if code == 0:
            return "done"
        if code is None and time.monotonic() - self.moved < (HANGS if place else STARTS):
            return ""
        self.process.kill()
        self.process.wait()
        if not place:
            raise SystemExit("".join(self.errors) or "a process did not start")
        self.start(int(place) + 1)
        return f"ended with {code}" if code is not None else f"hung for {HANGS:.0f} s"


def _again(given: argparse.Namespace) -> int:
    """One input, with all that is said of it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from contextlib import nullcontext

    from tests.fuzz import plan
    from tests.fuzz.target import Failure, read, tried
    from tests.fuzz.world import standing

    name, made = read(Path(given.input).read_text()) if given.input else (given.target, None)
    target = plan.TARGETS[name]
    made = target.drawn(given.seed, given.number) if made is None else made
    with standing() if target.stored else nullcontext():
        said = tried(target, made)
    print(made)
    print(f"{said.signature}\n{said.details}" if isinstance(said, Failure) else said)
    return int(isinstance(said, Failure))


def _run(given: argparse.Namespace) -> int:
    """The run over all processes, with progress, and its figures at the end."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from tests.fuzz import plan

    wanted = plan.counts(given.inputs, [given.target] if given.target else None)
    found = Path(given.found)
    found.mkdir(parents=True, exist_ok=True)
    said: queue.Queue[tuple[int, dict[str, Any]]] = queue.Queue()
    totals, failed, began = Counter[str](), Counter[str](), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for number in range(given.processes):
            more = {
                "seed": given.seed,
                "part": number,
                "parts": given.processes,
                "wanted": wanted,
                "found": str(found),
            }
            parts.append(Part(number, {**more, "began": f"{folder}/{number}"}, said))
        while parts:
            _take(said, totals, failed)
            for part in list(parts):
                if (what := part.look()) == "done":
                    parts.remove(part)
                elif what:
                    target, number = _input_at(plan, part, wanted)
                    failed[f"{target}: {what}"] += 1
                    totals[f"{target}\tFAILED"] += 1
                    print(f"\n{target} {what}: --target '{target}' --number {number} --seed {given.seed}")
            _progress(totals, failed, sum(wanted.values()), began)
        time.sleep(0.5)
        _take(said, totals, failed)
    _figures(totals, failed, time.monotonic() - began, given)
    return int(bool(failed))


def _input_at(plan: Any, part: Part, wanted: dict[str, int]) -> tuple[str, int]:
    """Target and number of the input that ended a process."""
    place = part.after - 1
    listed = list(plan.inputs_of(part.number, part.given["parts"], wanted))
    return listed[place][0].name, listed[place][1]


def _take(said: queue.Queue[tuple[int, dict[str, Any]]], totals: Counter[str], failed: Counter[str]) -> None:
    until = time.monotonic() + 1
    while time.monotonic() < until:
        try:
            _, words = said.get(timeout=0.2)
        except queue.Empty:
            continue
        totals.update(words.get("done", {}))
        if "failed" in words:
            failed[words["failed"]] += 1
            print(f"\n{words['failed']}\n    {words['file']}")


def _progress(totals: Counter[str], failed: Counter[str], wanted: int, began: float) -> None:
    done = totals.total()
    text = f"{done:,} of {wanted:,} inputs, {done / (time.monotonic() - began):.0f}/s, {len(failed)} kinds of failure"
    print(f"\r{text}" if sys.stdout.isatty() else text, end="" if sys.stdout.isatty() else "\n", flush=True)


def _figures(totals: Counter[str], failed: Counter[str], took: float, given: argparse.Namespace) -> None:
    print(f"\n{'target':22}{'inputs':>9}{'taken':>9}{'refused':>9}{'failed':>8}  most frequent answers")
    names = sorted({key.partition("\t")[0] for key in totals})
    for name in names:
        answers = Counter(
            {key.partition("\t")[2]: n for key, n in totals.items() if key.partition("\t")[0] == name}
        )
        wrong = answers.pop("FAILED", 0)
        refused = sum(n for code, n in answers.items() if code[:4].isupper() or code == "refused")
        most = ", ".join(f"{code} {n:,}" for code, n in answers.most_common(4))
        print(
            f"{name:22}{answers.total() + wrong:>9,}{answers.total() - refused:>9,}{refused:>9,}{wrong:>8,}  {most}"
        )
    print(
        f"\n{totals.total():,} inputs from seed {given.seed} in {took:.0f} s"
        f" ({totals.total() / took:.0f}/s, {given.processes} processes)"
    )
    for kind, times in failed.most_common():
        print(f"FAILED {times} x {kind}")
    print(f"failing inputs: {given.found}" if failed else "no crash, no hang, no half-written state")


def main() -> int:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--target", default="")
    parser.add_argument("--number", type=int, default=None)
    parser.add_argument("--input", default="")
    parser.add_argument("--found", default=".cache/fuzz")
    given = parser.parse_args()
    return _again(given) if given.input or given.number is not None else _run(given)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        traceback.print_exc(limit=0)
        sys.exit(130)
