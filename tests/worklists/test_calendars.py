"""Calendars: what a program of others reads out of them, whose they are, and that an address taken back is none."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import icalendar
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from ccvc.standard.quality.case import later
from ccvc.worklists import actions
from ccvc.worklists.actions import compute_due
from ccvc.worklists.ics import Event, calendar
from ccvc.worklists.models import Told
from tests import people
from tests.worklists.conftest import TODAY, due_on, paid

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


def made(*events):
    return calendar("Lịch", events, at=AT, alarm_days=7)


def unfolded(content):
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    return re.sub(rb"\r\n ", b"", content).decode().split("\r\n")[:-1]


def value(lines, name):
    (line,) = [line for line in lines if line.partition(":")[0].partition(";")[0] == name]
    return line.partition(":")[2]


def plain(text):
    """A TEXT value as a reader takes it (RFC 5545, 3.3.11)."""
    return re.sub(r"\\(.)", lambda m: "\n" if m.group(1) in "nN" else m.group(1), text)


def read(content):
    """What a program of others makes of it: the events by identifier; it refuses what RFC 5545 does."""
    found = icalendar.Calendar.from_ical(content)
    assert (found["VERSION"], found["METHOD"], found.errors) == ("2.0", "PUBLISH", [])
    events = {str(event["UID"]): event for event in found.walk("VEVENT")}
    assert len(events) == len(found.walk("VEVENT"))
    assert all(event.errors == [] and "DTSTAMP" in event for event in events.values())
    return events


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=120),
    st.text('ằẵọỹ,;\\:\n"Đđ x🏛', max_size=300),
)
def test_a_program_of_others_reads_what_was_said(summary, text):
    (event,) = read(made(Event("a@b", date(2026, 12, 31), summary, text, "https://x/y?a=1&b=2"))).values()
    assert str(event["DESCRIPTION"]) == text
    assert str(event["SUMMARY"]) == "".join(c for c in summary if c == "\n" or c.isprintable())
    assert (event.start, event.end, str(event["URL"])) == (
        date(2026, 12, 31),
        date(2027, 1, 1),
        "https://x/y?a=1&b=2",
    )
    assert (event.DTSTAMP, [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")]) == (
        AT,
        [timedelta(days=-7)],
    )


def test_what_comes_no_more_is_cancelled_what_changed_is_newer_and_the_rest_stays(agency, known, client):
    kept_again(agency, known["untold"], paid(4, due_on(later(TODAY.replace(day=1), 3))))
    address = f"/worklists/calendar/{actions.new_calendar(agency.subject('officer'))}.ics"
    before = read(client.get(address).content)
    uid, _other = (uid for uid in before if uid.startswith("raise_regular-"))
    assert (before[uid]["STATUS"], str(before[uid]["SUMMARY"])) == (
        "CONFIRMED",
        "Nâng bậc lương thường xuyên: 1 người",
    )
    again = read(client.get(address).content)
    assert {u: (e["SEQUENCE"], e["LAST-MODIFIED"].dt) for u, e in again.items()} == {
        u: (e["SEQUENCE"], e["LAST-MODIFIED"].dt) for u, e in before.items()
    }
    kept_again(agency, known["later"], paid(3, due_on(TODAY.replace(day=1))))
    more = read(client.get(address).content)
    assert str(more[uid]["SUMMARY"]).endswith("2 người")
    assert more[uid]["SEQUENCE"] == before[uid]["SEQUENCE"] + 1
    for name, number in (("later", 3), ("soon", 2)):
        kept_again(agency, known[name], paid(number, TODAY))
    gone = read(client.get(address).content)
    assert (gone[uid]["STATUS"], gone[uid]["SEQUENCE"]) == ("CANCELLED", more[uid]["SEQUENCE"] + 1)
    assert (gone[uid].start, gone[uid].walk("VALARM")) == (more[uid].start, [])
    others = [(u, str(e["STATUS"])) for u, e in gone.items() if u in before and u != uid]
    assert others
    assert all(status == "CONFIRMED" for _uid, status in others)
    Told.objects.filter(uid=uid).update(at=timezone.now() - timedelta(days=61))
    assert uid not in read(client.get(address).content)


def kept_again(agency, key, document):
    people.kept(agency, document | {"standard": "2026-07"}, key=key)
    compute_due()


@given(st.text(max_size=200), st.text(max_size=300))
def test_whatever_is_said_is_folded_escaped_and_read_back(summary, text):
    lines = unfolded(made(Event("a@b", date(2026, 12, 31), summary, text)))
    kept = "".join(c for c in text if c == "\n" or c.isprintable())
    event = lines[lines.index("BEGIN:VEVENT") : lines.index("BEGIN:VALARM")]
    assert plain(value(event, "DESCRIPTION")) == kept
    assert not re.search(r"[^\\](?:\\\\)*[;,]", "x" + value(event, "SUMMARY"))
    assert [line for line in lines if line.startswith("BEGIN:")] == [
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "BEGIN:VALARM",
    ]


def test_an_event_has_what_the_standard_asks_for():
    lines = unfolded(
        made(Event("raise@h41", date(2026, 12, 31), "Nâng bậc lương: 3 người", "Trình.", "https://x/y"))
    )
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR")
    assert value(lines, "UID") == "raise@h41"
    assert (value(lines, "DTSTART"), value(lines, "DTEND")) == ("20261231", "20270101")
    assert (value(lines, "DTSTAMP"), value(lines, "SEQUENCE")) == ("20261122T030405Z", "0")
    assert (value(lines, "TRIGGER"), value(lines, "ACTION")) == ("-P7D", "DISPLAY")


def test_a_lists_days_stand_in_its_calendar_and_nobody_is_named(agency, known, client):
    client.force_login(agency.users["officer"])
    answer = client.get("/worklists/raise_regular.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    lines = unfolded(answer.content)
    days = [line.partition(":")[2] for line in lines if line.startswith("DTSTART")]
    assert days == [f"{TODAY.replace(day=1):%Y%m%d}"]  # the one overdue for years is in no calendar any more
    again = unfolded(client.get("/worklists/raise_regular.ics").content)
    assert [x for x in lines if x.startswith("UID")] == [x for x in again if x.startswith("UID")]
    assert "Nguyễn" not in answer.content.decode()


def test_a_private_address_is_shown_once_serves_without_a_sign_in_and_is_taken_back(agency, known, client):
    owner = agency.users["owner"]
    owner.person_key = known["later"]
    owner.save()
    client.force_login(owner)
    shown = client.post("/worklists/wishes/", {"act": "new_calendar"}).content.decode()
    (address,) = re.findall(r"/worklists/calendar/[\w-]+\.ics", shown)
    assert address not in client.get("/worklists/wishes/").content.decode()
    client.logout()
    lines = unfolded(client.get(address).content)
    due = f"{later(TODAY.replace(day=1), 36):%Y%m%d}"
    assert f"DTSTART;VALUE=DATE:{due}" in lines
    assert not any("RAISE" in line or "Giữ bậc" in line for line in lines)  # no reason goes out
    actions.end_calendar(agency.subject("owner"))
    assert client.get(address).status_code == 404


def test_a_newer_address_and_a_closed_account_end_the_older(agency, known, client):
    officer = agency.subject("officer")
    first, second = actions.new_calendar(officer), actions.new_calendar(officer)
    assert client.get(f"/worklists/calendar/{first}.ics").status_code == 404
    assert "BEGIN:VEVENT" in client.get(f"/worklists/calendar/{second}.ics").content.decode()
    agency.users["officer"].is_active = False
    agency.users["officer"].save()
    assert client.get(f"/worklists/calendar/{second}.ics").status_code == 404


def test_wishes_are_kept_and_a_wrong_one_is_said_beside_the_form(agency, known, client):
    client.force_login(agency.users["officer"])
    saved = client.post("/worklists/wishes/", {"act": "mail", "address": "canbo@example.vn"}, follow=True)
    assert 'value="canbo@example.vn"' in saved.content.decode()
    wrong = client.post("/worklists/wishes/", {"act": "mail", "address": "không phải"})
    assert (wrong.status_code, 'value="không phải"' in wrong.content.decode()) == (422, True)
    assert client.post("/worklists/wishes/", {"act": "nothing"}).status_code == 422
