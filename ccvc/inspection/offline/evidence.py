"""The time of an approval: proved by the stamps kept beside it, or no more than its signer's word."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ccvc.inspection.offline.allowed import refuse_banned
from ccvc.inspection.offline.answers import Answer
from ccvc.inspection.offline.certificates import Certificate
from ccvc.inspection.offline.der import Bad, Unknown
from ccvc.inspection.offline.messages import APPROVES, STAMPS, Message, Trust
from ccvc.inspection.offline.proving import Evidence
from ccvc.inspection.offline.stamps import Stamp
from ccvc.inspection.offline.words import Step

SKEW = timedelta(minutes=5)
UNREADABLE = (ValueError, KeyError, IndexError, TypeError, AttributeError)


def prove(
    steps: list[Step], trust: Trust, about: str, found: Message, proof: dict[str, Any] | None
) -> tuple[Trust, datetime]:
    """Note what the evidence of an approval shows; what is known with it, and the time to judge the signer at."""
    known, at = trust.knowing(None, found.chain[1:]), None
    if proof is not None:
        try:
            evidence = Evidence(proof)
            stamps = evidence.stamps(found.jws)
        except Unknown as unknown:
            steps.append(Step(about, "STAMP", "unknown", str(unknown)))
        except (Bad, *UNREADABLE) as bad:
            steps.append(Step(about, "STAMP", "bad", str(bad)))
        else:
            chains = [cert for stamp, _ in stamps for cert in stamp.chain]
            known = trust.knowing(evidence, [*found.chain[1:], *chains])
            at = _stamped(steps, known, about, stamps)
            _told(steps, known, about, evidence, [*found.chain, *chains])
    return known, _settled(steps, known, about, found, at)


def _stamped(
    steps: list[Step], trust: Trust, about: str, stamps: list[tuple[Stamp, bytes]]
) -> datetime | None:
    """The time of the first stamp, each judged by what was known when the one after it was made."""
    believed: datetime | None = None
    first: datetime | None = None
    for stamp, covered in reversed(stamps):
        detail = f"{stamp.signer.name}, {stamp.at:%H:%M:%S %d/%m/%Y} UTC"
        fits = _note(steps, about, "STAMP", detail, lambda s=stamp, c=covered: _fits(s, c))
        held = _note(
            steps, about, "STAMP-CERTIFICATE", detail, lambda s=stamp, b=believed: _held(trust, s, b)
        )
        first = stamp.at if fits and held else None
        believed = first or believed
    return first


def _fits(stamp: Stamp, covered: bytes) -> None:
    """Bad unless the imprint is of what it must cover, and the token's own signature holds."""
    if not stamp.covers(covered):
        raise Bad("imprint")
    if not stamp.holds():
        raise Bad("signature")


def _held(trust: Trust, stamp: Stamp, believed: datetime | None) -> None:
    """Bad or Unknown unless who stamped was an authority for that, then and until the next stamp was made."""
    if trust.path(stamp.signer) is None:
        raise Unknown(f"{stamp.signer.name}: không rõ ai cấp / issuer unknown")
    if believed is not None and stamp.at > believed + SKEW:
        raise Bad("time")
    trust.judge(stamp.signer, STAMPS, stamp.at)
    refuse_banned([("digest", {"sha256": "SHA-256"}.get(stamp.digest, stamp.digest))], believed or stamp.at)
    taken = trust.taken(stamp.signer, believed)
    if taken:
        raise Bad(taken)


def _told(steps: list[Step], trust: Trust, about: str, evidence: Evidence, chain: list[Certificate]) -> None:
    """Each answer and list that came along: signed by whom it must be, about a certificate in question."""
    certs = [*chain, *evidence.certs, *trust.known]
    for answer in evidence.answers:
        _note(steps, about, "STATUS", "", lambda a=answer: _answers(a, certs, trust))
    for item in evidence.lists:
        signed = any(item.issuer == cert.subject and item.signed_by(cert) for cert in certs)
        steps.append(
            Step(about, "STATUS", "ok" if signed else "bad", f"CRL {item.number}, {item.as_of:%d/%m/%Y}")
        )


def _answers(answer: Answer, certs: list[Certificate], trust: Trust) -> str:
    """Of whom an answer speaks, and from when to when; Bad where it is of nobody here, or not genuine."""
    pairs = [(one, above) for one in certs for above in certs if one.issuer == above.subject]
    for one, above in pairs:
        word = answer.word(one, above)
        if word is not None and answer.genuine(above, trust.lists) is not None:
            return f"OCSP {one.name}, {word.as_of:%H:%M %d/%m/%Y} – {word.until:%H:%M %d/%m/%Y} UTC"
        if word is not None:
            raise Bad(f"OCSP {one.name}: signature")
    raise Bad("OCSP: serial")


def _settled(steps: list[Step], trust: Trust, about: str, found: Message, at: datetime | None) -> datetime:
    """The time the signer is judged at. A stamp made after a certificate ended proves nothing of use."""
    if at is not None:
        try:
            trust.judge(found.signer, APPROVES, at)
        except Unknown:
            pass
        except Bad:
            at = None
    if at is not None:
        later = found.at > at + SKEW
        steps.append(Step(about, "TIME", "bad" if later else "ok", f"{at:%H:%M:%S %d/%m/%Y} UTC"))
        return at
    taken = trust.taken(found.signer)
    steps.append(Step(about, "TIME", "bad" if taken else "note", taken or f"{found.at:%H:%M %d/%m/%Y} UTC"))
    return found.at


def _note(steps: list[Step], about: str, code: str, detail: str, act: Any) -> bool:
    """One step: what it told, or why it does not hold or cannot be told; whether it holds."""
    try:
        said = act()
    except Unknown as unknown:
        steps.append(Step(about, code, "unknown", f"{detail} {unknown}".strip()))
    except (Bad, *UNREADABLE) as bad:
        steps.append(Step(about, code, "bad", f"{detail} {bad}".strip()))
    else:
        steps.append(Step(about, code, "ok", said or detail))
        return True
    return False
