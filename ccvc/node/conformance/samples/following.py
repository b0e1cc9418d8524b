"""Words on certificates (kind `share`), which are answered by nothing: what comes after them shows what they did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from ccvc.exchange.domain.following import RevocationLine
from ccvc.exchange.domain.records import line_bytes
from ccvc.node.conformance.samples.draft import Draft
from ccvc.node.conformance.samples.sample import Maker, Sample
from ccvc.node.conformance.samples.scheme import (
    OTHER,
    SENDER,
    Approval,
    Scheme,
    approval_line,
    change,
    change_lines,
)

EARLIER = timedelta(minutes=2)
REFUSED = ((1, "EXC-APPROVAL-SIGNATURE"),)


def after_word(
    *, taken: bool, since: timedelta, signed: timedelta, of: str = SENDER, refused: Any = ()
) -> Maker:
    """A change signed at a moment (before the scheme's), after the word that its key counts no more from another."""

    def make(scheme: Scheme) -> Sample:
        der = scheme.pair(of, "approve").cert.public_bytes(Encoding.DER)
        told = RevocationLine(der, scheme.at - since, taken, "Mất thiết bị (THỬ NGHIỆM)")
        word = Draft(scheme, [line_bytes(told)], stated={"kind": "share"})
        before, by = word.build(), Approval(scheme.pair(SENDER, "approve"))
        lines = [approval_line([change(1)], by, scheme.at - signed), *change_lines([change(1)])]
        data = Draft(scheme, lines, stated={"sequence": 2, "previous": word.digest}).build()
        return Sample(data, [before], refused=refused)

    return make


NOW = timedelta()
SAMPLES: dict[str, Maker] = {
    "revocation-signed-after": after_word(taken=True, since=EARLIER, signed=NOW, refused=REFUSED),
    "revocation-signed-before": after_word(taken=True, since=NOW, signed=EARLIER, refused=REFUSED),
    "revocation-not-taken": after_word(taken=False, since=NOW, signed=EARLIER),
    "revocation-of-another": after_word(taken=True, since=EARLIER, signed=NOW, of=OTHER),
}
