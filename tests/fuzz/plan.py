"""Which inputs a run consists of: each target gets its share, the same seed gives the same inputs."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fuzz.target import Target
from tests.fuzz.targets import evidence, handovers, intake, packages, signatures, standard, stored

TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        *standard.TARGETS,
        *intake.TARGETS,
        *packages.TARGETS,
        *handovers.TARGETS,
        *signatures.TARGETS,
        *evidence.TARGETS,
        *stored.TARGETS,
    )
}


def counts(inputs: int, names: list[str] | None = None) -> dict[str, int]:
    """How many inputs each target gets of so many, at least one."""
    chosen = [TARGETS[name] for name in names or TARGETS]
    whole = sum(target.share for target in chosen)
    return {target.name: max(1, -(-inputs * target.share // whole)) for target in chosen}


def inputs_of(part: int, parts: int, wanted: dict[str, int]) -> Iterator[tuple[Target, int]]:
    """The inputs of one of several processes: those that need no database first."""
    for name in sorted(wanted, key=lambda name: TARGETS[name].stored):
        yield from ((TARGETS[name], number) for number in range(part, wanted[name], parts))
