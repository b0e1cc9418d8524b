"""What the national node should have by now and has not confirmed: told once, upwards, and over when it has."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from ccvc.changes.models import Notice
from ccvc.dossiers.models import Version
from ccvc.exchange.actions.timing import watch
from ccvc.exchange.domain.timeliness import Urgency, late_before
from ccvc.exchange.models import Cursor, Delay, Outbound, Peer
from ccvc.exchange.selectors.timeliness import lag
from ccvc.ledger.models import Entry
from ccvc.rules import time_limits
from ccvc.rules.working_days import ZONE
from tests import people
from tests.people import Agency
from tests.web.visiting import signed_in, text

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 11, 6, 15, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("urgency", "first"),
    [
        ("soon", datetime(2026, 11, 9, 12, tzinfo=ZONE)),
        ("late", datetime(2026, 11, 10, tzinfo=ZONE)),
        ("escalated", datetime(2026, 11, 11, tzinfo=ZONE)),
    ],
)
def test_the_limit_ends_with_the_next_day_on_which_offices_work(urgency: Urgency, first: datetime) -> None:
    """What was approved on a Friday, or on the days off after it, is due when Monday ends."""
    assert time_limits.due("synchronise_own", FRIDAY) == datetime(2026, 11, 10, tzinfo=ZONE)
    monday, friday = datetime(2026, 11, 9, tzinfo=ZONE), datetime(2026, 11, 6, tzinfo=ZONE)
    assert late_before(urgency, first) == monday
    assert late_before(urgency, first - timedelta(microseconds=1)) == friday


def test_before_the_decree_nothing_is_late() -> None:
    assert late_before("late", datetime(2026, 7, 1, 12, tzinfo=ZONE)) is None


@pytest.fixture
def national(agency: Agency, settings: Any) -> Peer:
    """This node a component that sends to the national one."""
    settings.CCVC_KIND, settings.CCVC_NATIONAL_AGENCY = "component", "G09"
    peer = Peer.objects.create(agency_code="G09", name="Bộ Nội vụ")
    Cursor.objects.create(peer=peer, direction=Cursor.Direction.OUT)
    return peer


def packed(peer: Peer, *versions: Version, state: str) -> Outbound:
    positions = [one.position for one in versions]
    Cursor.objects.filter(peer=peer).update(position=max(positions))
    number = Outbound.objects.count() + 1
    return Outbound.objects.create(
        peer=peer,
        sequence=number,
        package_id=uuid4(),
        kind="changes",
        manifest_sha256=f"{number:064}",
        data=b"",
        size=0,
        first_position=min(positions),
        last_position=max(positions),
        records=len(positions),
        state=state,
    )


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> Delay | None:
    """A round at a moment."""
    clock = SimpleNamespace(now=lambda: moment, localdate=timezone.localdate)
    monkeypatch.setattr("ccvc.exchange.actions.timing.timezone", clock)
    return watch()


def told(agency: Agency, name: str) -> list[tuple[str, int, bool]]:
    rows = Notice.objects.filter(user_id=agency.users[name].pk, step="sync").order_by("pk")
    return [(row.urgency, row.count, row.read_at is not None) for row in rows]


@pytest.mark.parametrize("state", ["unpacked", "built", "delivered", "refused"])
def test_it_is_told_once_then_upwards_and_is_over_when_all_is_answered(
    agency: Agency, national: Peer, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    version = people.kept(agency, people.dossier())
    package = None if state == "unpacked" else packed(national, version, state=state)
    due = time_limits.due("synchronise_own", version.known_at)
    assert due is not None
    assert at(monkeypatch, timezone.now()) is None
    for moment, urgency in (
        (due - timedelta(hours=1), "soon"),
        (due, "late"),
        (due + timedelta(days=9), "escalated"),
    ):
        for _twice in range(2):
            delay = at(monkeypatch, moment)
            assert delay is not None
            assert (delay.urgency, delay.changes, delay.since) == (urgency, 1, version.known_at)
    assert told(agency, "administrator") == [(one, 1, False) for one in ("soon", "late", "escalated")]
    assert told(agency, "approver") == [("escalated", 1, False)]
    assert not told(agency, "officer")
    assert not told(agency, "foreign_approver")
    package = package or packed(national, version, state="built")
    Outbound.objects.filter(pk=package.pk).update(state=Outbound.State.RECEIPTED)
    ended = at(monkeypatch, due + timedelta(days=9))
    assert ended is not None
    assert ended.ended_at is not None
    assert at(monkeypatch, due + timedelta(days=10)) is None
    assert {read for _, _, read in told(agency, "administrator")} == {True}
    entries = Entry.objects.filter(subject=f"synchronisation:{ended.pk}").order_by("index")
    assert [json.loads(one.payload)["act"] for one in entries] == ["soon", "late", "escalated", "ended"]


def test_what_other_agencies_brought_about_has_the_longer_limit(agency: Agency, national: Peer) -> None:
    first = people.kept(agency, people.dossier())
    packed(national, first, state="receipted")
    degrees = {"education": {"degrees": [{"id": "d1", "level": "7", "major": "Luật"}]}}
    second = people.kept(agency, people.dossier() | degrees, key=first.dossier.key)
    own = time_limits.due("synchronise_own", second.known_at)
    law = second.change.due_by_law
    assert own is not None
    assert law is not None
    assert lag(max(own, law)) is not None
    if own < law:
        assert lag(law - timedelta(seconds=1)) is None


def test_those_who_oversee_see_it_and_nobody_else(
    agency: Agency, national: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = people.kept(agency, people.dossier())
    due = time_limits.due("synchronise_own", version.known_at)
    assert due is not None
    at(monkeypatch, due)
    said, later = "Quá hạn đồng bộ: 1 thay đổi", SimpleNamespace(now=lambda: due)
    assert "thay đổi đã phê duyệt" in text(signed_in(agency, "administrator").get(reverse("changes:notices")))
    monkeypatch.setattr("ccvc.exchange.selectors.timeliness.timezone", later)
    assert said in text(signed_in(agency, "administrator").get(reverse("exchange:status")))
    assert said in text(signed_in(agency, "approver").get(reverse("changes:late")))
    assert said not in text(signed_in(agency, "officer").get(reverse("changes:late")))
    packed(national, version, state="receipted")
    assert said not in text(signed_in(agency, "approver").get(reverse("changes:late")))
