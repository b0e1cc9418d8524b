"""In-memory twin of the transports, for tests: a receiver function, and a list of waiting packages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ccvc.exchange.domain.manifest import manifest_digest
from ccvc.exchange.domain.sealing import manifest_payload
from ccvc.exchange.transports import Delivery, outcome_of
from ccvc.standard.problems import Problem


@dataclass
class MemoryTransport:
    """Delivers to `receive` (which raises Problem to refuse) and fetches from `waiting` (number, bytes)."""

    receive: Callable[[bytes], object]
    waiting: list[tuple[int, bytes]] = field(default_factory=list)
    heads_of: Callable[[bytes], bytes] | None = None

    def deliver(self, data: bytes) -> Delivery:
        try:
            self.receive(data)
        except Problem as problem:
            found = problem.as_json()
            return Delivery(outcome_of(found), found, problem.params.get("expected"))
        return Delivery("stored")

    def heads(self, message: bytes) -> bytes | None:
        return self.heads_of(message) if self.heads_of else None

    def agrees(self, number: int, digest: str) -> bool:
        held = [data for sequence, data in self.waiting if sequence == number]
        return all(manifest_digest(manifest_payload(data)) == digest for data in held)

    def fetch(self, after: int, digest: str | None = None) -> Iterator[bytes]:  # noqa: ARG002 - holds one history
        yield from (data for sequence, data in sorted(self.waiting) if sequence > after)
