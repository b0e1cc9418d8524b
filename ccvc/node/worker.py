"""The node's background process: takes jobs, and runs the exchange's rounds and the daily work."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable

import django
import structlog

from ccvc.node.settings import node_settings

log = structlog.get_logger()
HOUR, MINUTE, STAMPING = 3600.0, 60.0, 5.0
EVERY_MINUTE = (
    "evidence",
    "transfers",
    "revocation",
    "heads",
    "documents",
    "candidates",
    "synchronisation",
    "worklists",
)
STAMPED_AT_ONCE = 50


def main() -> None:
    """Work until SIGTERM or SIGINT; a round that fails is logged and tried again at the next turn."""
    django.setup()
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    jobs = threading.Thread(target=run_jobs, args=(stop,), name="jobs", daemon=True)
    jobs.start()
    due = dict.fromkeys(ROUNDS, 0.0)
    while not stop.is_set():
        for name, act in ROUNDS.items():
            if time.monotonic() >= due[name]:
                attempt(name, act)
                due[name] = time.monotonic() + _interval(name)
        stop.wait(0.5)
    jobs.join(timeout=10)


def _interval(name: str) -> float:
    """Seconds to the next round of a kind."""
    often = {"exchange": node_settings().exchange_interval, "stamping": STAMPING}
    return {**often, **dict.fromkeys(EVERY_MINUTE, MINUTE)}.get(name, HOUR)


def attempt(name: str, act: Callable[[], object]) -> None:
    """Run one round; whatever it raises is logged, so that the next round comes."""
    from django.db import close_old_connections

    from ccvc.catalogues import applying

    close_old_connections()
    try:
        applying.look()
        act()
    except Exception:
        log.exception("round_failed", round=name)


def stamping_round() -> None:
    """Have the times of approvals proved, before they are sent."""
    from ccvc.ledger.actions import append
    from ccvc.signing.actions import stamp_due

    stamp_due(append, most=STAMPED_AT_ONCE, gently=True)


def restamping_round() -> None:
    """Have stamps stamped again whose authority or algorithm ends soon."""
    from ccvc.ledger.actions import append
    from ccvc.signing.actions import restamp_due

    restamp_due(audit=append)


def revocation_round() -> None:
    """Ask whether the certificates that sign here still count."""
    from ccvc.signing.actions import freshen_means

    freshen_means()


def exchange_round() -> None:
    """Send what waits, fetch what has come, process it."""
    from ccvc.exchange import tasks

    tasks.send_all()
    tasks.receive_all()


def transfers_round() -> None:
    """Carry hand-overs of dossiers on: offer what was waiting, open what has come, let pass what nobody answered."""
    from ccvc.transfers import tasks

    tasks.carry_on()


def derive_round() -> None:
    """Derive again what changes by today: heads of a component, people of the register."""
    from django.utils import timezone

    from ccvc.dossiers.actions import derive_heads
    from ccvc.registry.actions import derive_people

    derive_heads(due_on=timezone.localdate())
    derive_people()


def catalogues_round() -> None:
    """Count whom the code lists published last affect."""
    from ccvc.catalogues import tasks

    tasks.keep_up()


def quality_round() -> None:
    """Judge the data of whoever is due: a new version, a new day, new rules."""
    from ccvc.quality.actions import judge_due

    judge_due()


def evidence_round() -> None:
    """Scan the papers that could not be scanned when they came."""
    from ccvc.evidence.actions import scan_due

    scan_due()


def documents_round() -> None:
    """Have runs of documents gone on with that a killed worker left."""
    from ccvc.documents import tasks

    tasks.take_up()


def candidates_round() -> None:
    """Have searches gone on with that a killed worker left, and what old ones listed taken away."""
    from ccvc.candidates import tasks

    tasks.take_up()


def deadlines_round() -> None:
    """Say what is due soon or late to those who are to act."""
    from ccvc.changes.actions import remind

    remind()


def synchronisation_round() -> None:
    """Say what the national node should have and has not confirmed, and that it has again."""
    from ccvc.exchange.actions.timing import watch

    watch()


def worklists_round() -> None:
    """Compute who is due what, tell those who are to act once a day, send what mail waits."""
    from django.conf import settings

    from ccvc.worklists import actions

    if settings.CCVC_KIND == "component":
        actions.compute_due()
        actions.tell_of_work()
        actions.send_due()


def ledger_round() -> None:
    """Sign the ledger's head, so that a tail cut later is seen."""
    from ccvc.ledger.actions import sign_head

    sign_head()


def verification_round() -> None:
    """Have the ledger verified, once a week."""
    from ccvc.inspection.tasks import verify_weekly

    verify_weekly()


def heads_round() -> None:
    """Exchange heads of logs with the peers, so that neither side can rewrite its past alone."""
    from ccvc.exchange.tasks import exchange_heads

    exchange_heads()


def trust_round() -> None:
    """Renew the scheme's revocation list where it is issued; elsewhere take up newer lists of the peers."""
    from ccvc.exchange import tasks
    from ccvc.exchange.actions.revocations import publish_revocations
    from ccvc.node import home as homes

    home = node_settings().home
    if node_settings().kind == "national":
        publish_revocations(homes.scheme_authority(home))
    tasks.refresh_trust()


ROUNDS: dict[str, Callable[[], None]] = {
    "stamping": stamping_round,
    "revocation": revocation_round,
    "restamping": restamping_round,
    "exchange": exchange_round,
    "transfers": transfers_round,
    "derive": derive_round,
    "catalogues": catalogues_round,
    "quality": quality_round,
    "evidence": evidence_round,
    "documents": documents_round,
    "candidates": candidates_round,
    "deadlines": deadlines_round,
    "synchronisation": synchronisation_round,
    "worklists": worklists_round,
    "ledger": ledger_round,
    "heads": heads_round,
    "verification": verification_round,
    "trust": trust_round,
}


def run_jobs(stop: threading.Event) -> None:
    """Take jobs (reading an intake, and other long work asked for on a page) until told to stop."""
    from ccvc.node.jobs import run_until

    run_until(stop)


if __name__ == "__main__":
    main()
