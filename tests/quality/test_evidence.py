"""Entries that rest on a paper: what they lack, what contradicts their paper, by the time they are of."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from ccvc.dossiers.domain import EvidenceNamed
from ccvc.evidence import actions as evidence
from ccvc.evidence.domain import Details
from ccvc.quality import selectors
from ccvc.quality.actions import judge_due
from ccvc.quality.models import Finding
from ccvc.quality.selectors.due import due
from ccvc.standard import apply
from ccvc.standard import evidence as declared
from ccvc.standard.evidence import demanded, demands
from ccvc.standard.loading import DeclarationError
from ccvc.standard.quality import QualityFinding, judge, scores
from ccvc.standard.versions import current, of
from tests import people
from tests.evidence import samples
from tests.people import OTHER_UNIT, UNIT, Agency
from tests.registry.scheme import Component, change
from tests.web.visiting import signed_in, text

DAY = date(2026, 11, 1)
ROW = "career.appointments[a1]"
APPOINTED = {
    "id": "a1",
    "kind": "appoint",
    "position": "Phó trưởng phòng",
    "decided_on": "2026-08-20",
    "effective_from": "2026-09-01",
    "decision_number": "12/QĐ-SNV",
    "decision_issuer": "Sở Nội vụ",
}
PAPER = EvidenceNamed("a" * 64, "01", ROW, "12/QĐ-SNV", "2026-08-20", "Sở Nội vụ", "Trần Văn B")


def appointed(*rows: dict[str, Any], **cells: Any) -> dict[str, Any]:
    whole = people.dossier()
    given = rows or ({k: v for k, v in {**APPOINTED, **cells}.items() if v is not None},)
    return whole | {"career": whole["career"] | {"appointments": [*given]}}


def said(document: dict[str, Any], *papers: EvidenceNamed) -> dict[str, QualityFinding]:
    found = [one for one in judge(document, DAY, papers) if "-EVIDENCE-" in one.rule]
    return {one.rule: one for one in found if one.rule != "COMPLETE-EVIDENCE-OLD"}


def paper(**other: str) -> EvidenceNamed:
    return EvidenceNamed(**{name: getattr(PAPER, name) for name in PAPER.__struct_fields__} | other)


def test_a_proved_entry_is_left_alone() -> None:
    assert said(appointed(), PAPER) == {}


@pytest.mark.parametrize(
    ("lacking", "rule", "cell"),
    [
        ("decision_number", "COMPLETE-EVIDENCE-NUMBER", "decision_number"),
        ("decided_on", "COMPLETE-EVIDENCE-DATE", "decided_on"),
        ("decision_issuer", "COMPLETE-EVIDENCE-ISSUER", "decision_issuer"),
    ],
)
def test_each_particular_an_entry_lacks_is_named_with_what_its_paper_says(
    lacking: str, rule: str, cell: str
) -> None:
    document = appointed(**{lacking: None})
    found = said(document, PAPER)[rule]
    assert (found.path, found.severity, found.counts) == (f"{ROW}.{cell}", "error", True)
    assert said(apply(document, found.suggestion), PAPER) == {}
    assert said(document)[rule].suggestion == ()


def test_an_entry_without_its_file_or_its_signer_is_named_and_counts_in_no_score() -> None:
    bare = said(appointed())
    assert [*bare] == ["COMPLETE-EVIDENCE-FILE"]
    assert (bare["COMPLETE-EVIDENCE-FILE"].path, bare["COMPLETE-EVIDENCE-FILE"].severity) == (ROW, "error")
    unsigned = said(appointed(), paper(signer=""))
    assert [*unsigned] == ["COMPLETE-EVIDENCE-SIGNER"]
    assert not any(one.counts for one in (*bare.values(), *unsigned.values()))
    assert said(appointed(), paper(kind="06"))["COMPLETE-EVIDENCE-FILE"].path == ROW


@pytest.mark.parametrize(("effective", "severity"), [("2026-06-30", "hint"), ("2026-07-01", "error")])
def test_the_day_before_and_the_day_of_the_law(effective: str, severity: str) -> None:
    document = appointed(effective_from=effective, decided_on="2026-06-01", decision_number=None)
    assert said(document)["COMPLETE-EVIDENCE-NUMBER"].severity == severity


def test_a_year_alone_is_of_no_young_entry() -> None:
    found = said(appointed(effective_from="2026", decided_on=None, decision_number=None))
    assert found["COMPLETE-EVIDENCE-NUMBER"].severity == "hint"
    assert "COMPLETE-EVIDENCE-FILE" not in found


def test_old_entries_without_papers_are_one_finding_a_person() -> None:
    old = [{**APPOINTED, "id": f"a{n}", "effective_from": f"20{n + 10}"} for n in range(5)]
    document = appointed(*old)
    (found,) = [one for one in judge(document, DAY) if one.rule == "COMPLETE-EVIDENCE-OLD"]
    assert (found.severity, found.params["number"], found.counts) == ("hint", 7, False)
    held = [one for one in judge(document, DAY, (PAPER,)) if one.rule == "COMPLETE-EVIDENCE-OLD"]
    assert held[0].params["number"] == 6


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        ({"number": "13/QĐ-SNV"}, "CORRECT-EVIDENCE-NUMBER"),
        ({"date": "2026-08-21"}, "CORRECT-EVIDENCE-DATE"),
    ],
)
def test_a_paper_that_says_otherwise_is_named(other: dict[str, str], rule: str) -> None:
    found = said(appointed(), paper(**other))
    assert [*found] == [rule]
    assert said(appointed(), paper(**other), PAPER) == {}
    assert "{" not in found[rule].message() + found[rule].message("en")


@pytest.mark.parametrize(("number", "day"), [("12 /qđ-snv", "2026-08-20"), ("12/QĐ-SNV", "2026-08")])
def test_the_same_written_in_another_way_is_no_contradiction(number: str, day: str) -> None:
    assert said(appointed(decision_number=number, decided_on=day), PAPER) == {}


def test_a_decision_after_its_entry_took_effect() -> None:
    late = said(appointed(decided_on="2026-09-02"), paper(date="2026-09-02"))
    assert [*late] == ["CORRECT-EVIDENCE-LATE"]
    assert late["CORRECT-EVIDENCE-LATE"].severity == "hint"
    assert said(appointed(decided_on="2026-09-01"), paper(date="2026-09-01")) == {}


def test_a_paper_older_than_who_issued_it() -> None:
    ministry = "Bộ Dân tộc và Tôn giáo"
    old = {"decided_on": "2025-02-28", "decision_issuer": ministry, "effective_from": "2026-09-01"}
    found = said(appointed(**old), paper(date="2025-02-28", issuer=ministry))
    assert found["CORRECT-EVIDENCE-ISSUER"].params["day"] == "01/03/2025"
    found = said(appointed(**old | {"decided_on": "2025-03-01"}), paper(date="2025-03-01", issuer=ministry))
    assert found == {}


def test_one_file_for_entries_that_contradict_one_another() -> None:
    other = {**APPOINTED, "id": "a2", "decision_number": "99/QĐ-SNV"}
    shared = said(
        appointed(APPOINTED, other), PAPER, paper(path="career.appointments[a2]", number="99/QĐ-SNV")
    )
    assert shared["CORRECT-EVIDENCE-SHARED"].path == "career.appointments[a2]"
    further = {**APPOINTED, "id": "a2", "effective_from": "2026-10-01"}
    assert said(appointed(APPOINTED, further), PAPER, paper(path="career.appointments[a2]")) == {}


def test_what_nobody_is_sure_of_is_never_an_error() -> None:
    planned = {"id": "p1", "position": "Trưởng phòng", "added_on": "2026-09-01"}
    whole = people.dossier()
    document = whole | {"career": whole["career"] | {"planning": [planned]}}
    assert {one.severity for one in said(document).values()} == {"warning"}


def test_papers_change_no_score() -> None:
    document = appointed(decision_number=None)
    assert scores(judge(document, DAY)) == scores(judge(document, DAY, (PAPER, paper(number="7"))))


def test_every_demand_states_its_law_and_speaks_both_languages() -> None:
    assert len(demands(current())) >= 10
    for one in demands(current()).values():
        assert one.basis, one.path
        assert one.name() != one.name("en"), one.path
    assert set(demands(of("2023-05"))) < set(demands(current()))


def test_there_was_a_time_before_the_demand() -> None:
    assert demanded(date(2026, 6, 30)) is None
    assert judge(appointed(), date(2026, 6, 30)) != []
    assert "COMPLETE-EVIDENCE-FILE" not in {one.rule for one in judge(appointed(), date(2026, 6, 30))}


def test_a_demand_for_a_cell_that_is_not_there_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    file = tmp_path / "evidence.toml"
    file.write_text(declared.FILE.read_text().replace('number = "decision_number"', 'number = "no_such"', 1))
    monkeypatch.setattr(declared, "FILE", file)
    with pytest.raises(DeclarationError, match="no_such"):
        declared._read.__wrapped__()


@pytest.mark.django_db
def test_a_paper_attached_is_judged_at_the_next_round(agency: Agency) -> None:
    version = people.kept(agency, appointed())
    judge_due()
    lacking = Finding.objects.filter(person=version.dossier.key, rule="COMPLETE-EVIDENCE-FILE")
    assert lacking.count() == 1
    officer = agency.subject("officer")
    details = Details("01", ROW, "12/QĐ-SNV", date(2026, 8, 20), "Sở Nội vụ", "Trần Văn B", file_name="a.pdf")
    attached = evidence.attach(
        officer, version.dossier.key, evidence.receive(officer, samples.pdf()), details
    )
    assert judge_due().people == 1
    assert lacking.count() == 0
    evidence.take_back(officer, attached.pk, "Gắn nhầm")
    judge_due()
    assert lacking.count() == 1


@pytest.mark.django_db
def test_the_national_node_judges_by_the_papers_the_statements_name(component: Component) -> None:
    people.found_catalogue()
    proved = [{"sha256": "b" * 64, "kind": "01", "path": ROW, "number": "12/QĐ-SNV"}]
    bare = change(1, document=appointed(decision_number=None))
    second = {**appointed(), "identity": people.dossier(2)["identity"]}
    component.send(bare, change(2, document=second, evidence=proved))
    papers = {one.person: [paper.path for paper in one.papers] for one in due(UUID(int=0), 10, DAY, "")}
    assert sorted(papers.values()) == [[], [ROW]]
    assert papers[bare.person] == []
    judge_due()
    found = Finding.objects.filter(rule__contains="-EVIDENCE-").exclude(rule="COMPLETE-EVIDENCE-OLD")
    assert set(found.filter(person=bare.person).values_list("rule", "counts")) == {
        ("COMPLETE-EVIDENCE-NUMBER", True),
        ("COMPLETE-EVIDENCE-FILE", False),
    }
    others = found.exclude(person=bare.person).values_list("rule", flat=True)
    assert set(others) == {"COMPLETE-EVIDENCE-SIGNER"}


def coverage_of(agency: Agency, who: str) -> Any:
    return selectors.covered(agency.subject(who))


@pytest.mark.django_db
def test_how_many_entries_have_their_paper_by_unit_and_kind(agency: Agency) -> None:
    whole = appointed(APPOINTED, {**APPOINTED, "id": "a2"})
    version = people.kept(agency, whole)
    other = {**people.dossier(2), "employment": people.dossier()["employment"] | {"unit_code": OTHER_UNIT}}
    people.kept(agency, other, unit_code=OTHER_UNIT)
    officer = agency.subject("officer")
    details = Details("01", ROW, "12/QĐ-SNV", date(2026, 8, 20), "Sở Nội vụ", "Trần Văn B", file_name="a.pdf")
    evidence.attach(officer, version.dossier.key, evidence.receive(officer, samples.pdf()), details)
    judge_due()
    found = coverage_of(agency, "officer")
    shares = {demand.path: (share.entries, share.proved) for demand, share in found.kinds}
    assert shares["career.appointments"] == (2, 1)
    assert shares["education.degrees"] == (2, 0)
    assert (found.whole.entries, found.whole.proved) == (6, 1)
    assert {unit.code: unit.whole.proved for unit in found.units} == {OTHER_UNIT: 0, UNIT: 1}
    assert [unit.code for unit in coverage_of(agency, "colleague").units] == [OTHER_UNIT]


@pytest.mark.django_db
def test_the_page_and_the_workbook_tell_the_same_shares(agency: Agency) -> None:
    people.kept(agency, appointed())
    judge_due()
    page = text(signed_in(agency, "officer").get(reverse("quality:papers")))
    assert "quyết định bổ nhiệm, phê chuẩn, miễn nhiệm" in page
    assert "0,0" in page
    answer = signed_in(agency, "officer").get(reverse("quality:papers_workbook"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[1][:2] == ["H41.12", "Sở H41.12"]
    assert [1.0, 0.0, 0.0] in [row[4:] for row in rows[1:]]
    for who, status in (("stranger", 200), ("owner", 403)):
        asked = signed_in(agency, who).get(reverse("quality:papers"))
        assert asked.status_code == status
        assert "Sở H41.12" not in asked.content.decode()
