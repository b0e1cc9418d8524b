"""Heads of other agencies' logs taken and witnessed, their witness of ours, and the alarms that come of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ccvc.ledger import actions, selectors
from ccvc.ledger.domain import Fault, HeadStatement
from ccvc.ledger.heads import read, read_witness
from ccvc.ledger.models import HeadAlarm, PeerHead, Witness
from ccvc.ledger.witnessing import (
    ALARMING,
    OWN_ALARMS,
    OwnStanding,
    Standing,
    judge,
    judge_own,
    witness_bytes,
)
from ccvc.signing import jws, store
from ccvc.signing.certificates import SKEW
from ccvc.standard.problems import Problem

KIND = "peer_head"
GOOD = ("first", "extends")


def held(agency: str) -> PeerHead | None:
    """The newest head of an agency's log that was good, of the log followed now."""
    good = PeerHead.objects.filter(agency=agency, epoch=_epoch(agency), standing__in=GOOD)
    return good.order_by("-id").first()


def witnessed_by(agency: str) -> Witness | None:
    """The newest thing an agency signed of this log."""
    return Witness.objects.filter(agency=agency).order_by("-id").first()


def witnesses() -> list[Witness]:
    """The newest thing each agency signed of this log."""
    return list(Witness.objects.order_by("agency", "-id").distinct("agency"))


def _epoch(agency: str) -> int:
    return HeadAlarm.objects.filter(agency=agency, side=HeadAlarm.Side.THEIRS, taken_up=True).count()


@transaction.atomic
def take_head(agency: str, signed: Mapping[str, Any], first: int, proof: Sequence[bytes]) -> Standing:
    """Judge a head of an agency's log beside the one held; keep it, sign it as a witness, or raise an alarm.

    Its certificate is judged now: whoever shows a head must be who they are today. Problem LED-HEAD-FORM, SIG-….
    Lock: the log's head.
    """
    now = timezone.now()
    said = _read_now(agency, signed, now)
    actions.lock()
    before = held(agency)
    standing = judge(_said(before), said, first, proof)
    if standing in GOOD or (standing in ALARMING and not _known(agency, said)):
        _keep(agency, said, signed, standing, now)
    if standing in ALARMING:
        _alarm(agency, HeadAlarm.Side.THEIRS, ALARMING[standing], before.size if before else 0, said.size)
    return standing


def _read_now(agency: str, signed: Mapping[str, Any], now: datetime) -> HeadStatement:
    """What a head says, signed by a certificate that counts now; "cannot tell" is not enough here."""
    said = read(signed, store.trust(), agency)
    jws.verify(signed, store.trust(), now, "sign", agency)[0].verdict.required("head")
    if said.size < 1 or said.at > now + SKEW:
        raise Problem("LED-HEAD-FORM", detail="size, at")
    return said


def _said(row: PeerHead | None) -> HeadStatement | None:
    if row is None:
        return None
    return HeadStatement("ccvc-head/1", row.agency, row.size, bytes(row.root).hex(), row.at)


def _known(agency: str, said: HeadStatement) -> bool:
    return PeerHead.objects.filter(agency=agency, size=said.size, root=bytes.fromhex(said.root)).exists()


def _keep(
    agency: str, said: HeadStatement, signed: Mapping[str, Any], standing: Standing, now: datetime
) -> None:
    epoch, root = _epoch(agency), bytes.fromhex(said.root)
    PeerHead.objects.create(
        agency=agency,
        epoch=epoch,
        size=said.size,
        root=root,
        at=said.at,
        jws=dict(signed),
        standing=standing,
        witness=_witness(agency, said.size, root, now) if standing in GOOD else None,
        taken_at=now,
    )
    told = {"agency": agency, "epoch": epoch, "root": said.root, "size": said.size, "standing": standing}
    actions.append(KIND, f"{agency}#{said.size}", {**told, "jws_sha256": digest(signed)})


def _witness(agency: str, size: int, root: bytes, now: datetime) -> dict[str, Any]:
    own, at = store.node_keys().sign, now.replace(microsecond=0)
    return jws.sign(witness_bytes(settings.CCVC_AGENCY, agency, size, root, at), own.key, own.chain, at=at)


def digest(signed: Mapping[str, Any]) -> str:
    """SHA-256 over a signed message, in hexadecimal."""
    return hashlib.sha256(orjson.dumps(signed, option=orjson.OPT_SORT_KEYS)).hexdigest()


@transaction.atomic
def take_witness(subject: selectors.Looker, agency: str, signed: Mapping[str, Any]) -> OwnStanding:
    """Hold what an agency signed of this log against the log; keep it, and raise an alarm where it does not fit.

    Problem LED-HEAD-FORM, SIG-…. Lock: the log's head.
    """
    said = read_witness(signed, agency, timezone.now())
    head = actions.lock()
    root = selectors.root_at(subject, said.size) if said.size <= head.size else None
    standing = judge_own(said, head.size, root)
    last = witnessed_by(agency)
    if last is None or (last.size, bytes(last.root).hex()) != (said.size, said.root):
        own = bytes.fromhex(said.root)
        Witness.objects.create(agency=agency, size=said.size, root=own, at=said.at, jws=dict(signed))
    if standing in OWN_ALARMS:
        _alarm(agency, HeadAlarm.Side.OURS, OWN_ALARMS[standing], said.size, head.size)
    return standing


def _alarm(agency: str, side: HeadAlarm.Side, code: str, known: int, told: int) -> None:
    """Raise an alarm, once while it is open."""
    if HeadAlarm.objects.filter(agency=agency, side=side, code=code, closed_at=None).exists():
        return
    HeadAlarm.objects.create(agency=agency, side=side, code=code, held=known, told=told)
    what = {"act": "head_alarm", "agency": agency, "side": side.value, "code": code}
    actions.append("administrative", f"head_alarm:{agency}", {**what, "held": known, "told": told})


@transaction.atomic
def close_alarm(alarm_id: int, *, by: str, reason: str, take_up: bool) -> HeadAlarm:
    """Close an alarm with its reason; with take_up another agency's log is followed anew from its next head.

    What was held of the old one stays. Problem LED-NO-ALARM. Locks: the alarm, the log's head.
    """
    found = HeadAlarm.objects.select_for_update().filter(pk=alarm_id, closed_at=None).first()
    if found is None:
        raise Problem("LED-NO-ALARM")
    found.closed_at, found.closed_by, found.reason = timezone.now(), by, reason
    found.taken_up = take_up and found.side == HeadAlarm.Side.THEIRS
    found.save(update_fields=["closed_at", "closed_by", "reason", "taken_up"])
    told = {"act": "head_alarm_closed", "agency": found.agency, "by": by, "code": found.code}
    more = {"reason": reason, "taken_up": found.taken_up}
    actions.append("administrative", f"head_alarm:{found.agency}", {**told, **more})
    return found


def peer_head_faults(payload: Mapping[str, Any], index: int) -> Iterator[Fault]:
    """What does not fit of the head of another's log that an entry speaks of."""
    subject = f"{payload['agency']}#{payload['size']}"
    rows = PeerHead.objects.filter(agency=payload["agency"], epoch=payload["epoch"], size=payload["size"])
    found = next((row for row in rows if row.standing == payload["standing"]), None)
    if found is None:
        yield Fault.of("LED-MISSING", index, KIND, subject)
    elif digest(found.jws) != payload["jws_sha256"]:
        yield Fault.of("LED-DATA", index, KIND, subject, "jws")
    elif bytes(found.root).hex() != payload["root"]:
        yield Fault.of("LED-DATA", index, KIND, subject, "root")
