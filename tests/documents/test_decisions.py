"""Decisions as documents: laid out by the form, signed beside what they change, grown behind papers of dossiers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from ccvc.access.domain import Right
from ccvc.documents import actions, ruling, selectors, typesetting
from ccvc.documents.actions import Ruled
from ccvc.documents.models import Document, State
from ccvc.documents.ruling import Annex, DecisionText
from ccvc.dossiers.models import Version
from ccvc.evidence import actions as evidence
from ccvc.evidence import selectors as papers
from ccvc.evidence import storage
from ccvc.evidence.actions import Received
from ccvc.evidence.domain import Details
from ccvc.ledger.verification import verify
from tests import people
from tests.documents import archival, office
from tests.people import Agency
from tests.problems import code_of

DAY = date(2026, 7, 1)
SIGN = Right.DECISION_SIGN
SHOWN = ("identity.full_name", "employment.salary_step")


def said(annex: Annex | None = None) -> DecisionText:
    return DecisionText(
        number="7/QĐ-H41",
        on=DAY,
        about="Về việc nâng bậc lương đối với bà Nguyễn Thị Ỷ, Ỡm Ờ",
        authority="Chủ tịch Ủy ban nhân dân tỉnh",
        grounds=["Căn cứ Luật Cán bộ, công chức;", "Theo đề nghị của Giám đốc Sở Nội vụ"],
        articles=[["Nâng bậc lương.", "Từ ngày ký."], ["Thi hành Quyết định này."]],
        recipients=["Như Điều 2;", "Lưu: VT."],
        agency="Ủy ban nhân dân tỉnh Lào Cai",
        place="Lào Cai",
        signer="Trần Văn Khương",
        lines=["CHỦ TỊCH"],
        annex=annex,
    )


def issued(agency: Agency, *versions: Version) -> Document:
    signer = agency.users["approver"]
    whom = {one.dossier.key: (one.number, bytes(one.hash).hex()) for one in versions}
    unit = versions[0].dossier.unit_id
    lines = actions.require_signer(signer, agency.subject("approver"), [unit], list(whom), SIGN)
    text = said(
        Annex("Danh sách", ["TT", "Họ và tên"], [4, 20], [["1", "A"], ["2", "B"]]) if len(whom) > 1 else None
    )
    ruled = Ruled(
        ruling.signed_by(text, signer.full_name, lines),
        7,
        "QĐ-H41",
        2026,
        DAY,
        unit,
        whom,
        SHOWN,
        signer,
        "Quyết định",
    )
    return actions.issue_decision(agency.subject("officer"), ruled)


def test_a_decision_is_laid_out_by_the_form_of_the_decree(tmp_path: Path) -> None:
    """Head, title, grounds, articles, end, recipients; the list behind it has its head and numbers on each page."""
    rows = [[str(n), f"Nguyễn Văn {n}"] for n in range(1, 61)]
    annex = Annex("Danh sách cán bộ", ["TT", "Họ và tên"], [4, 20], rows)
    laid_out = typesetting.decision(ruling.content(said(annex), "0" * 20), timezone.now())
    file = tmp_path / "decision.pdf"
    file.write_bytes(laid_out.pdf)
    first, *others = office.run("pdftotext", "-layout", file, "-").rstrip("\f").split("\f")
    order = [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 7/QĐ-H41",
        "Lào Cai, ngày 01 tháng 7 năm 2026", "QUYẾT ĐỊNH", "Về việc nâng bậc lương đối với bà Nguyễn Thị Ỷ, Ỡm Ờ",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH", "Căn cứ Luật Cán bộ, công chức;", "Theo đề nghị của Giám đốc Sở Nội vụ.",
        "QUYẾT ĐỊNH:", "Điều 1. Nâng bậc lương.", "Điều 2. Thi hành Quyết định này./.", "Nơi nhận:", "Trần Văn Khương",
    ]  # fmt: skip
    places = [first.find(one) for one in order]
    assert -1 not in places
    assert places[4:12] == sorted(places[4:12])
    assert (
        "(Kèm theo Quyết định số 7/QĐ-H41 ngày 01 tháng 7 năm 2026 của Ủy ban nhân dân tỉnh Lào Cai)"
        in others[0]
    )
    assert len(others) > 1
    assert all("Họ và tên" in one for one in others)
    assert [one.split()[0] for one in others] == ["Phụ", *(str(n) for n in range(2, len(others) + 1))]
    assert laid_out.signature.page == 1
    assert archival.faults(laid_out.pdf) == []
    assert "Tinos" in office.run("pdffonts", file)


def test_its_signature_stands_behind_what_was_seen_and_the_desk_leaves_it_alone(
    agency: Agency, version: Version, tmp_path: Path
) -> None:
    row = issued(agency, version)
    approver, key = agency.subject("approver"), office.signer(agency, "approver")
    assert row.pk not in set(selectors.to_sign(approver).values_list("pk", flat=True))
    done = actions.sign(approver, [row.pk], key)
    assert [problem.code for problem in done.refused.values()] == ["DOC-DECISION"]
    assert code_of(lambda: actions.revoke(approver, row.pk, "nhầm")) == "DOC-DECISION"
    assert (
        code_of(lambda: actions.decision_to_sign(approver, row.pk, "0" * 64, [row.unit_id], SIGN))
        == "DOC-SEEN"
    )
    assert (
        code_of(
            lambda: actions.decision_to_sign(
                agency.subject("verifier"), row.pk, row.sha256, [row.unit_id], SIGN
            )
        )
        == "DOC-UNKNOWN"
    )
    made = actions.signature_on(
        approver, actions.decision_to_sign(approver, row.pk, row.sha256, [row.unit_id], SIGN), key
    )
    kept = actions.keep_decision(approver, row, made)
    assert storage.read(kept.sha256)[: row.issued_size] == storage.read(row.content_sha256)
    office.sealed_only(agency, kept)
    file = office.file_of(Document.objects.get(pk=row.pk), tmp_path)
    assert office.run("pdfsig", "-nocert", file).count("Signature is Valid.") == 2
    assert archival.faults(file.read_bytes()) == []
    assert verify().ok


def test_a_paper_of_a_dossier_opens_as_the_decision_it_has_grown_to(agency: Agency, version: Version) -> None:
    """The same file is attached to every change it brings; who may not read all it speaks of is refused the list."""
    other = people.kept(agency, people.dossier(3))
    row = issued(agency, version, other)
    changes = [
        people.propose(agency, one | {"identity": one["identity"] | {"full_name": "Lê Mới"}}, key=key)
        for one, key in ((office.rich(), version.dossier.key), (people.dossier(3), other.dossier.key))
    ]
    officer, approver = agency.subject("officer"), agency.subject("approver")
    details = Details("01", "identity", str(row), DAY, row.agency_name)
    received = Received(row.sha256, row.issued_size, "pdf", clean=True)
    attached = evidence.attach_together(
        officer, received, [(one.pk, one.person_key, details) for one in changes]
    )
    made = actions.signature_on(approver, row, office.signer(agency, "approver"))
    actions.keep_decision(approver, row, made)
    assert papers.content(officer, attached[0]) == made.file
    assert code_of(lambda: papers.content(agency.subject("stranger"), attached[0])) == "DOS-UNKNOWN"
    assert {one.file.sha256 for one in attached} == {row.content_sha256}
    assert verify().ok


def test_one_that_was_sent_back_holds_no_more(agency: Agency, version: Version) -> None:
    row = issued(agency, version)
    actions.end_decision(agency.subject("approver"), row.pk, "Trả lại: sai hệ số")
    row.refresh_from_db()
    assert row.state == State.REVOKED
    assert (
        code_of(
            lambda: actions.decision_to_sign(
                agency.subject("approver"), row.pk, row.sha256, [row.unit_id], SIGN
            )
        )
        == "DOC-STATE"
    )


@pytest.mark.parametrize("name", ["officer", "stranger"])
def test_its_file_is_opened_by_whoever_may_read_all_it_speaks_of(
    agency: Agency, version: Version, client: Client, name: str
) -> None:
    row = issued(agency, version)
    client.force_login(agency.users[name])
    assert client.get(f"/documents/{row.pk}/file/").status_code == (200 if name == "officer" else 404)
