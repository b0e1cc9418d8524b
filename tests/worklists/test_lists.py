"""Lists: everyone in exactly one place, found by number and by name, told again from the dossier of now."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from ccvc.access.models import AccessLog
from ccvc.dossiers.models import Dossier
from ccvc.rules.milestones import READ, Milestone, milestones
from ccvc.rules.reasons import edition
from ccvc.simulation.agencies import units_for
from ccvc.simulation.people import people as simulated
from ccvc.standard import canonical
from ccvc.standard.problems import Problem
from ccvc.standard.quality.case import later
from ccvc.worklists import selectors, working
from ccvc.worklists.actions import compute_due, computing
from ccvc.worklists.domain import PERIODS, Band, lists, standing, until_of
from ccvc.worklists.models import Computed
from ccvc.worklists.models import Milestone as Kept
from ccvc.worklists.selectors import Asked
from tests import people
from tests.worklists.conftest import TODAY, paid

DAYS = st.dates(date(2020, 1, 1), date(2032, 1, 1))
SOME = st.builds(Milestone, st.just("raise"), st.none() | DAYS, st.none() | DAYS).filter(
    lambda m: m.first is None or m.last is None or m.first <= m.last
)


@given(st.lists(SOME, max_size=3), DAYS, st.sampled_from([0, 12]))
def test_everyone_stands_in_exactly_one_place(found, until, ahead):
    band = Band(until, later(until, ahead)) if ahead else Band(None, until)
    stands = standing(found, band)
    sure = [m for m in found if m.first and m.last and band.after is None and m.last <= until]
    assert not sure or stands == "due"
    never = all(m.first and m.first > band.until for m in found)
    assert not never or stands == "not_due"
    assert stands != "due" or any(m.last and m.last <= band.until for m in found)


def test_the_database_counts_what_the_rules_say_of_each_person(agency):
    documents = [one.document for one in simulated(7, "H41", units_for("H41", 120), 120)]
    documents += [paid(900, None), paid(901, date(2020, 1, 1)), paid(902, TODAY, status="30")]
    unit = min(selectors.within(agency.subject("officer")))
    dossiers = Dossier.objects.bulk_create(
        Dossier(agency_code="H41", unit_id=unit, current_number=1, opened_at=timezone.now())
        for _ in documents
    )
    due = [
        working.Due(dossier.key, 1, canonical(document))
        for dossier, document in zip(dossiers, documents, strict=True)
    ]
    ((_people, found),) = working.compute_here(TODAY, [due])
    computing.write(due, found, TODAY, edition())
    whole = [
        milestones(document, TODAY) for document in documents
    ]  # read whole, not only what is asked of it
    for period in PERIODS:
        asked = Asked(TODAY, period=period)
        for work, counts in selectors.totals(lists(), frozenset({unit}), asked):
            band = work.band(TODAY, period)
            told: Counter[str] = Counter(
                standing([m for m in each if work.speaks_of(m)], band) for each in whole
            )
            counted = {"due": counts.due, "cannot_tell": counts.cannot_tell, "not_due": counts.not_due}
            assert counted == {name: told[name] for name in counted}, (work.name, period)


class Asking(dict):
    """A group that notes what is asked of it."""

    def __init__(self, name, values, asked):
        super().__init__(values)
        self.name, self.asked = name, asked

    def get(self, key, default=None):
        self.asked.add((self.name, key))
        return super().get(key, default)


def test_milestones_ask_for_nothing_that_is_passed_over_unread():
    documents = [one.document for one in simulated(3, "H41", units_for("H41", 300), 300)]
    documents += [{}, paid(1, None), paid(2, TODAY, status="03"), paid(3, TODAY, status="04", job_level=3)]
    asked: set[tuple[str, str]] = set()
    for document in documents:
        groups = {
            name: Asking(name, document.get(name, {}), asked) for name in {*document, *READ} - {"standard"}
        }
        milestones(groups, TODAY)
    assert asked == {(group, name) for group, names in READ.items() for name in names}


def test_numbers_add_up_to_everyone_and_name_who_they_are(agency, known):
    officer = agency.subject("officer")
    asked = Asked(TODAY)
    found = dict(selectors.totals(lists(), selectors.within(officer), asked))
    raised = found[next(one for one in lists() if one.name == "raise_regular")]
    assert (raised.people, raised.due, raised.cannot_tell, raised.not_due, raised.missed) == (
        4,
        2,
        1,
        1,
        1 + (TODAY.day > 1),
    )
    for counts in found.values():
        assert counts.due + counts.cannot_tell + counts.not_due == counts.people == 4
    work = selectors.open_list(officer, "raise_regular")
    named = {
        shown: [row["person"] for row in selectors.listed(officer, work, asked, shown)]
        for shown in ("due", "cannot_tell")
    }
    assert named == {"due": [known["overdue"], known["soon"]], "cannot_tell": [known["untold"]]}


def test_who_is_not_computed_yet_is_counted_as_not_to_be_told(agency, known):
    people.kept(agency, paid(9, TODAY))
    ((_work, counts),) = selectors.totals(
        [selectors.open_list(agency.subject("officer"), "raise_regular")],
        selectors.within(agency.subject("officer")),
        Asked(TODAY),
    )
    assert (counts.people, counts.waiting, counts.cannot_tell) == (5, 1, 2)
    assert compute_due().people == 1
    assert compute_due().people == 0


def test_nobody_is_listed_by_a_dossier_that_is_no_more(agency, known):
    officer, work = agency.subject("officer"), next(one for one in lists() if one.name == "raise_regular")
    raised = paid(1, TODAY) | {"standard": "2026-07"}
    raised["employment"] |= {"salary_step": 4, "salary_coefficient": "3.33"}
    people.kept(agency, raised, key=known["overdue"])
    ((_work, counts),) = selectors.totals([work], selectors.within(officer), Asked(TODAY))
    assert (counts.people, counts.due, counts.waiting, counts.cannot_tell) == (4, 1, 1, 2)
    assert [row["person"] for row in selectors.listed(officer, work, Asked(TODAY))] == [known["soon"]]
    compute_due()
    ((_work, counts),) = selectors.totals([work], selectors.within(officer), Asked(TODAY))
    assert (counts.people, counts.due, counts.waiting, counts.cannot_tell) == (4, 1, 0, 1)


def test_who_changed_between_list_and_lines_is_told_as_they_are(agency, known):
    work = next(one for one in lists() if one.name == "raise_regular")
    raised = paid(1, TODAY) | {"standard": "2026-07"}
    raised["employment"] |= {"salary_step": 4, "salary_coefficient": "3.33"}
    people.kept(agency, raised, key=known["overdue"])
    (line,) = selectors.lines(work, [known["overdue"]], Asked(TODAY))
    assert (line.standing, line.late) == ("not_due", 0)


def test_a_page_says_of_which_day_its_days_are_and_by_other_rules_nobody_is_listed(agency, known, client):
    client.force_login(agency.users["officer"])
    yesterday = TODAY - timedelta(days=1)
    address = "/worklists/raise_regular/"
    assert f"được tính ngày {TODAY:%d/%m/%Y}" in client.get(address).content.decode()
    Computed.objects.filter(person=known["later"]).update(computed_on=yesterday)
    for page in (address, "/worklists/"):
        told = client.get(page).content.decode()
        assert f"được tính ngày {yesterday:%d/%m/%Y}" in told
        assert f"được tính ngày {TODAY:%d/%m/%Y}" not in told
    Computed.objects.update(edition="another")
    told = client.get(address).content.decode()
    assert "4 người = 0 đến hạn + 4 chưa kết luận được + 0 chưa đến hạn" in told
    assert "được tính ngày" not in told
    assert compute_due().people == 4
    assert f"được tính ngày {TODAY:%d/%m/%Y}" in client.get(address).content.decode()


def test_missed_is_said_with_how_long_and_the_reason(agency, known):
    work = next(one for one in lists() if one.name == "raise_regular")
    (line,) = selectors.lines(work, [known["overdue"]], Asked(TODAY))
    assert line.late == (TODAY - date(TODAY.year - 1, 1, 1)).days
    assert [reason.code for reason in line.milestone.reasons] == ["RAISE-HELD", "RAISE-DUE"]


def test_early_raises_are_those_of_the_year_after_the_period(agency, known):
    officer, work = agency.subject("officer"), next(one for one in lists() if one.name == "raise_early")
    band = work.band(TODAY)
    assert (band.after, band.until) == (until_of("q", TODAY), later(until_of("q", TODAY), 12))
    ahead = people.kept(agency, paid(8, later(band.after, -30))).dossier.key
    compute_due()
    asked = Asked(TODAY)
    assert [row["person"] for row in selectors.listed(officer, work, asked)] == [ahead]
    assert [row["person"] for row in selectors.listed(officer, work, asked, "cannot_tell")] == [
        known["untold"]
    ]


def test_another_unit_and_a_stranger_see_nobody(agency, known):
    work = next(one for one in lists() if one.name == "raise_regular")
    for name in ("colleague", "stranger"):
        assert not selectors.listed(agency.subject(name), work, Asked(TODAY)).exists()
        with pytest.raises(Problem, match="Không tìm thấy"):
            selectors.answers(agency.subject(name), known["overdue"], Asked(TODAY))
    with pytest.raises(Problem, match="quyền"):
        selectors.open_lists(agency.subject("administrator"))


def test_the_pages_name_record_and_stop(agency, known, client):
    client.force_login(agency.users["officer"])
    text = client.get("/worklists/").content.decode()
    assert "Nâng bậc lương thường xuyên" in text
    page = client.get("/worklists/raise_regular/?show=missed")
    assert "Nguyễn Văn Số 1" in page.content.decode()
    look = AccessLog.objects.latest("pk")
    assert (look.act, known["overdue"] in look.person_keys) == ("list", True)
    person = client.get(f"/worklists/people/{known['untold']}/").content.decode()
    assert "Hồ sơ chưa có thời điểm tính nâng bậc lương." in person
    assert client.get("/worklists/of_nothing/").status_code == 404
    assert client.get("/worklists/?on=31/02/2026").status_code == 422


def test_files_hold_the_list_and_are_recorded(agency, known, client):
    client.force_login(agency.users["officer"])
    rows = client.get("/worklists/raise_regular.csv").content.decode().splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["Nguyễn Văn Số 1", "Nguyễn Văn Số 2"]
    assert client.get("/worklists/raise_regular.xlsx").content[:2] == b"PK"
    assert (
        list(AccessLog.objects.filter(act="export").values_list("person_keys", flat=True))
        == [[known["overdue"], known["soon"]]] * 2
    )


def test_the_person_sees_their_own_days_at_home(agency, known, client):
    owner = agency.users["owner"]
    owner.person_key = known["later"]
    owner.save()
    client.force_login(owner)
    assert f"{later(TODAY.replace(day=1), 36):%d/%m/%Y}" in client.get("/").content.decode()
    shown = client.get("/worklists/mine/", follow=True).content.decode()
    assert "Mốc thời hạn của tôi" in shown
    assert client.get("/worklists/").status_code == 403
    assert Computed.objects.count() == 4
    assert not Kept.objects.filter(last__lt=TODAY - timedelta(days=3000)).exists()


def test_from_a_list_to_the_draft_of_a_decision(agency, known, client):
    client.force_login(agency.users["officer"])
    page = client.get("/worklists/raise_regular/").content.decode()
    (address,) = re.findall(r'<form method="post" action="(/decisions/[^"]*)"', page)
    chosen = re.findall(r'name="person" value="([^"]+)" checked', page)
    assert set(chosen) == {str(known["overdue"]), str(known["soon"])}
    drafted = client.post(address, {"kind": "raise_regular", "person": chosen}).content.decode()
    assert all(name in drafted for name in ("Nguyễn Văn Số 1", "Nguyễn Văn Số 2"))
    client.force_login(agency.users["verifier"])
    assert (
        'name="person"' not in client.get("/worklists/raise_regular/").content.decode()
    )  # drafts no decision


def test_the_head_finds_what_was_missed_among_the_late_work(agency, known, client):
    client.force_login(agency.users["approver"])
    assert "Quá hạn chưa có quyết định" in client.get("/changes/late/").content.decode()
    client.force_login(agency.users["colleague"])
    assert "Quá hạn chưa có quyết định" not in client.get("/changes/late/").content.decode()


def test_whoever_keeps_the_node_is_told_when_lists_are_behind(agency, known):
    soon = timezone.now() + timedelta(minutes=1)
    assert selectors.left_behind(soon) == 0
    people.kept(agency, paid(9, TODAY))
    assert (selectors.left_behind(timezone.now() - timedelta(hours=1)), selectors.left_behind(soon)) == (0, 1)
    compute_due()
    Computed.objects.filter(person=known["soon"]).update(computed_on=TODAY - timedelta(days=1))
    assert selectors.left_behind(soon) == 0
    Computed.objects.filter(person=known["soon"]).update(computed_on=TODAY - timedelta(days=2))
    assert selectors.left_behind(soon) == 1


def test_a_reason_that_rests_on_law_nobody_verified_says_so(agency, known, client):
    sick = {
        "id": "a",
        "kind": "sick_leave",
        "from": f"{TODAY.year - 4}-02-01",
        "to": f"{TODAY.year - 4}-11-30",
    }
    document = paid(9, date(TODAY.year - 4, 1, 1)) | {"standard": "2026-07"}
    document["career"] = {**document.get("career", {}), "absences": [sick]}
    key = people.kept(agency, document).dossier.key
    client.force_login(agency.users["officer"])
    assert "(chưa kiểm chứng)" in client.get(f"/worklists/people/{key}/").content.decode()
    assert "(chưa kiểm chứng)" not in client.get(f"/worklists/people/{known['overdue']}/").content.decode()
    client.cookies["django_language"] = "en"
    assert "(not verified)" in client.get(f"/worklists/people/{key}/").content.decode()
