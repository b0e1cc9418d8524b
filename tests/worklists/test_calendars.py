"""Calendars: what a program of others reads out of them, whose they are, and that an address taken back is none."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from ccvc.standard.quality.case import later
from ccvc.worklists import actions
from ccvc.worklists.ics import Event, calendar
from tests.worklists.conftest import TODAY

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


def made(*events):
    return calendar("Lịch", events, at=AT, sequence=3, alarm_days=7)


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
    assert (value(lines, "DTSTAMP"), value(lines, "SEQUENCE")) == ("20261122T030405Z", "3")
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
