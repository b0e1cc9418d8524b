"""The pages: criteria line by line without a script, results with reasons, comparing, the file, saving and sharing."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from ccvc.access.models import AccessLog
from ccvc.candidates import tasks
from ccvc.candidates.models import Saved, Search
from ccvc.organisations.models import Position, Unit
from tests.candidates.world import LEVEL, NAMES, THIS_YEAR
from tests.people import UNIT

pytestmark = pytest.mark.django_db
NEW = "/candidates/new/"
ONE_LINE = {"line": "0", "subject-0": LEVEL, "test-0": "at_least", "value-0": "7", "must-0": "1"}
PURPOSE = {"kind": "sourcing", "basis": "Công văn 12/SNV"}


@pytest.fixture
def browser(agency):
    def signed_in(name="officer"):
        client = Client()
        client.force_login(agency.users[name])
        return client

    return signed_in


def text(response):
    return " ".join(response.content.decode().split())


def searched(client, **more):
    answer = client.post(NEW, {**ONE_LINE, **PURPOSE, "act": "seek", **more})
    assert answer.status_code == 302, text(answer)
    return answer["Location"]


def test_a_line_is_added_filled_and_taken_away_without_a_script(browser):
    client = browser()
    assert f'<option value="{LEVEL}">' in text(client.get(NEW))
    added = text(client.post(NEW, {"act": "add", "subject": LEVEL}))
    assert f'name="subject-0" value="{LEVEL}"' in added
    assert 'value="7"' in added.split('name="value-0"')[1]  # the codes of the list are the choices
    two = text(client.post(NEW, {**ONE_LINE, "act": "add", "subject": "rule:rated"}))
    assert '<option value="7" selected>' in two
    assert 'name="subject-1" value="rule:rated"' in two
    left = text(client.post(NEW, {**ONE_LINE, "act": "remove-0"}))
    assert 'name="subject-0"' not in left
    assert not Search.objects.exists()


def test_from_criteria_to_people_with_reasons_and_every_look_recorded(browser, agency):
    client = browser()
    page = text(client.get(searched(client, **{"must-0": ""})))
    assert all(name in page for name in NAMES.values())
    assert page.index(NAMES["good"]) < page.index(NAMES["low"])
    assert "Đại học" in page  # what was found, beside what was asked
    look = AccessLog.objects.latest("pk")
    assert (look.act, look.purpose, len(look.person_keys)) == (
        "search",
        "Tìm nguồn cho vị trí, chức danh: Công văn 12/SNV",
        5,
    )


def test_cells_of_one_row_are_asked_together_said_so_and_kept(browser):
    """Everybody was rated best once and rated last year: nobody was rated best last year."""
    client, last = browser(), str(THIS_YEAR - 1)
    lines = {
        "line": ["0", "1"],
        "subject-0": "employment.ratings[].year",
        "test-0": "is",
        "value-0": last,
        "must-0": "1",
        "subject-1": "employment.ratings[].level",
        "test-1": "is",
        "value-1": "1",
        "must-1": "1",
    }
    apart = client.post(NEW, {**lines, **PURPOSE, "act": "seek"})
    assert all(name in text(client.get(apart["Location"])) for name in NAMES.values())
    form = text(client.post(NEW, {**lines, "act": "keep"}))
    assert 'name="row-1" value="1">' in form
    assert 'name="row-0"' not in form
    together = client.post(NEW, {**lines, **PURPOSE, "row-1": "1", "act": "seek"})["Location"]
    page = text(client.get(together))
    assert not any(name in page for name in NAMES.values())
    assert "và, ở cùng dòng," in page
    again = text(client.get(f"{NEW}?search={together.rstrip('/').rsplit('/', 1)[1]}"))
    assert 'name="row-1" value="1" checked>' in again
    wished = client.post(NEW, {**lines, **PURPOSE, "row-1": "1", "must-0": "", "act": "seek"})["Location"]
    assert f"{last} · " in text(client.get(wished))  # the row is told as one
    other = client.post(NEW, {**lines, "subject-1": LEVEL, "value-1": "7", "row-1": "1", "act": "keep"})
    assert 'name="row-1"' not in text(other)


def test_no_search_without_a_purpose(browser):
    answer = browser().post(NEW, {**ONE_LINE, "act": "seek", "kind": "", "basis": ""})
    assert answer.status_code == 422
    assert 'name="subject-0"' in text(answer)  # what was filled in stays
    assert not Search.objects.exists()


@pytest.mark.parametrize("value", ["99", "' OR 1=1 --", "<script>alert(1)</script>"])
def test_what_no_list_has_is_refused_beside_the_form_and_nothing_is_lost(browser, value):
    answer = browser().post(NEW, {**ONE_LINE, **PURPOSE, "value-0": value, "act": "seek"})
    assert answer.status_code == 422
    assert "CAN-VALUE" in text(answer)
    assert "<script>alert" not in text(answer)
    assert "Công văn 12/SNV" in text(answer)


def test_a_search_is_its_makers_alone(browser):
    where = searched(browser())
    for name in ("verifier", "colleague", "stranger"):
        for address in (where, f"{where}compare/?person=x", f"{where}file.xlsx"):
            assert browser(name).get(address).status_code == 404, name
    assert browser("administrator").get(where).status_code == 403
    assert browser("administrator").get(NEW).status_code == 403


def test_candidates_stand_side_by_side_with_what_differs_marked(browser):
    client = browser()
    where = searched(client, **{"must-0": ""})
    search = Search.objects.get()
    keys = [str(key) for key in search.results.values_list("person", flat=True)]
    page = text(client.get(f"{where}compare/", {"person": keys[:3]}))
    assert "Khác nhau" in page
    assert AccessLog.objects.latest("pk").act == "view"
    assert client.get(f"{where}compare/", {"person": keys[:1]}).status_code == 422
    assert client.get(f"{where}compare/", {"person": [*keys, *keys]}).status_code == 200
    assert client.get(f"{where}compare/", {"person": [keys[0], str(search.pk)]}).status_code == 404


def test_the_file_has_people_criteria_and_reasons(browser):
    client = browser()
    answer = client.get(f"{searched(client)}file.xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        words = archive.read("xl/sharedStrings.xml").decode()
    assert all(said in words for said in (NAMES["good"], "Thạc sĩ", "Công văn 12/SNV", "Chưa đủ thông tin"))
    assert AccessLog.objects.latest("pk").act == "export"


def test_saved_shared_and_run_within_the_others_own_reach(browser):
    client = browser()
    kept = client.post(NEW, {**ONE_LINE, "act": "save", "name": "Nguồn phó giám đốc"})
    saved = Saved.objects.get()
    assert kept["Location"] == reverse("candidates:saved", args=[saved.pk])
    assert browser("colleague").get(kept["Location"]).status_code == 404
    for account in ("nobody", "administrator", "officer"):
        refused = client.post(kept["Location"], {"act": "share", "account": account})
        assert "CAN-ACCOUNT" in text(refused)
    client.post(kept["Location"], {"act": "share", "account": "colleague"})
    other = browser("colleague")
    assert "Nguồn phó giám đốc" in text(other.get("/candidates/"))
    assert '<option value="7" selected>' in text(other.get(NEW, {"saved": str(saved.pk)}))
    page = text(other.get(searched(other)))
    assert NAMES["elsewhere"] in page
    assert NAMES["good"] not in page
    assert other.post(kept["Location"], {"act": "remove"}).status_code == 404
    client.post(kept["Location"], {"act": "unshare", "account": "colleague"})
    assert other.get(kept["Location"]).status_code == 404
    client.post(kept["Location"], {"act": "remove"})
    assert client.get(kept["Location"]).status_code == 404


def test_a_long_search_tells_how_far_it_is_and_goes_on_by_itself(browser, monkeypatch):
    monkeypatch.setattr("ccvc.candidates.actions.seeking.AT_ONCE", 0)
    client = browser()
    where = searched(client)
    assert 'hx-trigger="every 2s"' in text(client.get(where))
    tasks.go_on(str(Search.objects.get().pk))
    assert NAMES["good"] in text(client.get(where))


def test_a_search_begins_with_what_a_position_requires(browser, agency):
    facts = {"kind": "management", "leadership": True, "places": 1, "valid_from": date(2026, 1, 1)}
    facts |= {"decided_on": date(2025, 12, 1), "decision_number": "45/QĐ", "issuer": "UBND tỉnh"}
    need = [{"subject": LEVEL, "test": "at_least", "values": ["7"]}]
    made = Position.objects.create(
        unit=Unit.objects.get(states__code=UNIT), code="LD.02", name="Phó Giám đốc", criteria=need, **facts
    )
    client = browser()
    assert f'<option value="{made.pk}">Phó Giám đốc' in text(client.get(NEW))
    page = text(client.get(NEW, {"position": str(made.pk)}))
    assert '<option value="7" selected>' in page
    assert 'value="rule:no_bar"' in page
    assert "Phó Giám đốc" not in text(browser("colleague").get(NEW))
    for pk in (str(made.pk), "9" * 30, "x", "-1"):
        assert browser("colleague").get(NEW, {"position": pk}).status_code == 404
