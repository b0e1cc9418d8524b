"""The named cases. Each is a function that drives a sender through one situation, and fails by `Failed`."""

from ccvc.node.conformance.cases import delivering, reading, trusting, writing
from ccvc.node.conformance.cases.registry import Case, entered

CASES: dict[str, Case] = entered(writing, delivering, reading, trusting)

__all__ = ["CASES", "Case"]
