"""`make bench`: every measure beside its limit or peer in the same run, with hardware, sizes and commit."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench import (
    accept,
    candidates,
    changes,
    closing,
    decisions,
    documents,
    headcount,
    intake,
    ledger,
    past,
    quality,
    reorganisation,
    rules,
    stamping,
    worklists,
)

MEASURES: dict[str, Any] = {
    "intake": intake,
    "accept": accept,
    "quality": quality,
    "ledger": ledger,
    "changes": changes,
    "past": past,
    "documents": documents,
    "decisions": decisions,
    "closing": closing,
    "stamping": stamping,
    "reorganisation": reorganisation,
    "rules": rules,
    "worklists": worklists,
    "headcount": headcount,
    "candidates": candidates,
}
"""Each has run(), which gives text() for people and whether its limit holds."""
WRONG_USE = 2


def machine() -> str:
    """Processor, cores, memory and system, in one line."""
    info = Path("/proc/cpuinfo").read_text()
    model = next(
        (line.split(":")[1].strip() for line in info.splitlines() if line.startswith("model name")), "?"
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**3
    return f"{model}, {os.cpu_count()} cores, {memory} GiB, {platform.system()} {platform.release()}"


def commit() -> str:
    """The commit measured, marked where files differ from it."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


def main(names: list[str]) -> int:
    """Run the measures named, or all; 1 where one misses its limit."""
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        print(f"no such measure: {', '.join(unknown)}; there are {', '.join(MEASURES)}", file=sys.stderr)
        return WRONG_USE
    print(f"machine: {machine()}\nload at start: {os.getloadavg()[0]:.1f}\ncommit: {commit()}\n")
    held = True
    for name in names or MEASURES:
        result = MEASURES[name].run()
        print(result.text(), flush=True)
        held = held and result.holds
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
