"""One process of a run: tries its inputs one after another and says on its output what came of them, as JSON lines."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import warnings
from collections import Counter
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.fuzz import plan  # noqa: E402 - models can be imported only now
from tests.fuzz.target import Failure, Target, smallest, tried, written  # noqa: E402 - as above

MEMORY = 3 * 1024**3
KEPT_OF_A_KIND = 3
OFTEN = 1.0  # seconds between two words to whoever waits


class Worker:
    """Tries inputs from a place in its list on; `began` holds the place of the input being tried."""

    def __init__(self, began: Path, found: Path) -> None:
        self.began = os.open(began, os.O_WRONLY | os.O_CREAT, 0o600)
        self.found = found
        self.kinds: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.said = time.monotonic()

    def run(self, seed: int, part: int, parts: int, wanted: dict[str, int], after: int) -> None:
        """Try them all."""
        with ExitStack() as stack:
            ready = False
            for place, (target, number) in enumerate(
                islice(plan.inputs_of(part, parts, wanted), after, None), after
            ):
                if target.stored and not ready:
                    from tests.fuzz.world import standing

                    stack.enter_context(standing())
                    ready = True
                os.pwrite(self.began, b"%20d" % place, 0)
                self._try(target, seed, number)
        self._say()

    def _try(self, target: Target, seed: int, number: int) -> None:
        said = tried(target, target.drawn(seed, number))
        if isinstance(said, Failure):
            self._keep(target, said, number)
            said = "FAILED"
        self.done[f"{target.name}\t{said}"] += 1
        if time.monotonic() - self.said > OFTEN:
            self._say()

    def _keep(self, target: Target, failure: Failure, number: int) -> None:
        """Write a failure down with the smallest input that gives it; of one kind only the first few."""
        kind = f"{failure.target}: {failure.signature}"
        self.kinds[kind] += 1
        if self.kinds[kind] <= KEPT_OF_A_KIND:
            made = smallest(target, failure) if not failure.signature.startswith("slow") else failure
            path = self.found / f"{target.name.replace(' ', '-')}-{number}.json"
            path.write_text(written(made))
            path.with_suffix(".txt").write_text(f"{kind}\nnumber {number}\n\n{made.details}")
            print(json.dumps({"failed": kind, "number": number, "file": path.name}), flush=True)

    def _say(self) -> None:
        print(json.dumps({"done": self.done}), flush=True)
        self.done, self.said = Counter(), time.monotonic()


def main(arguments: dict[str, Any]) -> None:
    """The process: a bound to its memory, then its inputs."""
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    worker = Worker(Path(str(arguments.pop("began"))), Path(str(arguments.pop("found"))))
    worker.run(**arguments)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
