"""The list of cases, in the order of the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from ccvc.node.conformance.trial import Trial

Run = Callable[..., None]


@dataclass(frozen=True)
class Case:
    """A case: its name, what it shows, the sections of the document that say so, how many agencies it needs."""

    name: str
    title: str
    sections: str
    run: Run
    agencies: int = 1

    def __call__(self, *trials: Trial) -> None:
        """Drive the sender; Failed where it does otherwise than the document says."""
        self.run(*trials)


def case(name: str, title: str, sections: str, *, agencies: int = 1) -> Callable[[Run], Case]:
    """Make a function a case."""
    return lambda run: Case(name, title, sections, run, agencies)


def entered(*modules: ModuleType) -> dict[str, Case]:
    """The cases of some modules by name, in the order in which they stand there."""
    found = (value for module in modules for value in vars(module).values() if isinstance(value, Case))
    return {case.name: case for case in found}
