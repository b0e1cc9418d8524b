"""`make bench`: every measure beside its limit or peer in the same run, with hardware, sizes and commit."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

from bench import accept, intake, quality


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


def main() -> int:
    """Run the measures; 1 where one misses its limit."""
    print(f"machine: {machine()}\nload at start: {os.getloadavg()[0]:.1f}\ncommit: {commit()}\n")
    held = True
    for measure in (intake, accept, quality):
        result = measure.run()
        print(result.text(), flush=True)
        held = held and result.holds
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
