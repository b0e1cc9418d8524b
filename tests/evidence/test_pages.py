"""Papers as people meet them: with a declaration, beside the difference, before the signature, in the dossier."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ccvc.access.models import AccessLog
from ccvc.changes import actions as changes
from ccvc.changes.models import Change
from ccvc.dossiers.models import Version
from ccvc.evidence import actions
from ccvc.evidence.domain import Details
from ccvc.evidence.models import Attachment
from tests import people
from tests.evidence import samples
from tests.people import PASSPHRASE, Agency
from tests.web.filling import as_filled

WHY = {
    "why-kind": "update",
    "why-valid_from": f"{timezone.localdate():%d/%m/%Y}",
    "why-reason": "Quyết định số 12",
    "why-truth": "on",
}
SAID = {
    "paper-kind": "01",
    "paper-number": "12/QĐ-SNV",
    "paper-issued_on": "07/03/2026",
    "paper-issuer": "Sở Nội vụ",
    "paper-signer": "Trần Văn B",
}


DEGREE = {
    "level": "6",
    "major": "Kinh tế",
    "certificate_number": "QH 12/2026",
    "issued_on": "07/03/2026",
    "institution": "Đại học Vinh",
    "paper-kind": "02",
    "paper-signer": "Trần Văn B",
    "paper-signer_position": "Hiệu trưởng",
}


def signed_in(agency: Agency, name: str) -> Client:
    client = Client()
    client.force_login(agency.users[name])
    return client


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


def upload(content: bytes, name: str = "Quyết định 12.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


@pytest.fixture
def version(agency: Agency) -> Version:
    found = people.kept(agency, people.dossier())
    agency.users["owner"].person_key = found.dossier.key
    agency.users["owner"].save()
    return found


def declared(client: Client, version: Version, content: bytes, **changed: Any) -> Any:
    """A new degree of the person, with a copy of it."""
    address = reverse("changes:row", args=[version.dossier.key, "education", "degrees", "new"])
    page = text(client.get(address))
    sent = as_filled(page, **{**WHY, **DEGREE, **changed})
    return client.post(address, sent | {"paper-file": upload(content)})


def test_from_the_declaration_to_the_dossier(agency: Agency, version: Version) -> None:
    owner = signed_in(agency, "owner")
    assert declared(owner, version, samples.pdf()).status_code == 302
    change, paper = Change.objects.latest("created_at"), Attachment.objects.get()
    row = paper.path.removeprefix("education.degrees[").removesuffix("]")
    assert f"[{row}]" in change.differences
    for who in ("checker", "verifier"):
        page = text(signed_in(agency, who).get(reverse("changes:detail", args=[change.pk])))
        assert "Văn bằng số QH 12/2026" in page
        assert "Chưa quét mã độc" in page
        assert reverse("changes:paper", args=[change.pk, paper.pk]) in page
    people.pass_steps(agency, [change.pk])
    approver = signed_in(agency, "approver")
    page = text(approver.get(reverse("changes:approve")))
    assert "Văn bằng số QH 12/2026" in page
    assert paper.file.sha256 in page
    assert (
        approver.post(reverse("changes:sign"), {**as_filled(page), "passphrase": PASSPHRASE}).status_code
        == 302
    )
    address = reverse("evidence:open", args=[paper.pk])
    key = version.dossier.key
    for page_address in (
        reverse("dossiers:detail", args=[key]) + "?group=education",
        reverse("dossiers:history", args=[key]),
        reverse("evidence:person", args=[key]),
    ):
        assert address in text(owner.get(page_address)), page_address
    before = reverse("dossiers:detail", args=[key]) + "?group=education&known=01/01/2020"
    assert address not in text(owner.get(before))


def test_what_the_entry_says_of_its_paper_is_not_asked_for_twice(agency: Agency, version: Version) -> None:
    owner = signed_in(agency, "owner")
    address = reverse("changes:row", args=[version.dossier.key, "education", "degrees", "new"])
    page = text(owner.get(address))
    assert "Mục này căn cứ vào văn bằng" in page
    for name in ("paper-number", "paper-issued_on", "paper-issuer"):
        assert f'name="{name}"' not in page
    assert 'name="paper-signer"' in page
    declared(owner, version, samples.pdf(), issued_on="07/03/2026")
    paper = Attachment.objects.get()
    assert (paper.kind, paper.number, paper.issuer) == ("02", "QH 12/2026", "Đại học Vinh")
    assert (str(paper.issued_on), paper.signer_position) == ("2026-03-07", "Hiệu trưởng")
    group = text(owner.get(reverse("changes:declare", args=[version.dossier.key, "identity"])))
    assert 'name="paper-number"' in group


def test_a_paper_is_handed_out_as_it_came_as_a_download_and_every_opening_is_a_look(
    agency: Agency, version: Version
) -> None:
    content = samples.pdf("<script>alert(1)</script>")
    given = actions.receive(agency.subject("officer"), content)
    said = Details(kind="04", file_name='..\\"Sơ yếu lý lịch".html')
    paper = actions.attach(agency.subject("officer"), version.dossier.key, given, said)
    looks = AccessLog.objects.filter(person_keys=[version.dossier.key])
    for who, purpose in (
        ("verifier", "Xem giấy tờ chứng minh của hồ sơ"),
        ("owner", "Xem giấy tờ của chính mình"),
    ):
        answer = signed_in(agency, who).get(reverse("evidence:open", args=[paper.pk]))
        assert answer.content == content
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment; ")
        assert answer["Content-Disposition"].endswith(".pdf")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        look = looks.latest("pk")
        assert (look.act, look.purpose, str(paper.pk) in look.detail) == ("view", purpose, True)
    count = looks.count()
    assert signed_in(agency, "stranger").get(reverse("evidence:open", args=[paper.pk])).status_code == 404
    assert looks.count() == count


NOT_TAKEN = {
    "mật khẩu": samples.pdf(trailer="/Encrypt 9 0 R"),
    "macro": samples.docx(macros="part"),
    "không có nội dung": b"",
    "Đổi đuôi tệp": b"<html></html>",
}


def test_a_file_that_is_not_taken_is_said_beside_it_and_nothing_is_proposed(
    agency: Agency, version: Version
) -> None:
    owner = signed_in(agency, "owner")
    for words, content in NOT_TAKEN.items():
        page = text(declared(owner, version, content), 422)
        assert words in page
        assert "Kinh tế" in page, "what was typed is not lost"
    assert not Change.objects.filter(state="proposed").exists()
    assert not Attachment.objects.exists()


def test_particulars_are_asked_for_by_the_kind_of_paper(agency: Agency, version: Version) -> None:
    owner = signed_in(agency, "owner")
    page = text(declared(owner, version, samples.pdf(), institution=""), 422)
    assert "cần ghi cơ quan cấp" in page
    address = reverse("changes:row", args=[version.dossier.key, "education", "degrees", "new"])
    sent = as_filled(text(owner.get(address)), **WHY, **DEGREE)
    page = text(owner.post(address, sent), 422)
    assert 'id="id_paper-file_error"' in page
    assert not Attachment.objects.exists()


def test_papers_are_added_to_a_change_and_taken_off_until_it_is_checked(
    agency: Agency, version: Version
) -> None:
    officer = signed_in(agency, "officer")
    whole = people.dossier()
    whole["employment"]["position_title"] = "Phó trưởng phòng"
    change = people.propose(agency, whole, key=version.dossier.key)
    address = reverse("changes:prove", args=[change.pk])
    page = text(officer.get(address))
    assert "employment.position_title" in page
    sent = {
        **SAID,
        "paper-path": "employment.position_title",
        "paper-file": upload(samples.png(), "scan.png"),
    }
    assert officer.post(address, {**sent, "paper-path": "family"}).status_code == 422
    assert officer.post(address, {**sent, "paper-file": upload(samples.png())}).status_code == 302
    paper = Attachment.objects.get()
    twice = officer.post(address, {**sent, "paper-file": upload(samples.png())})
    assert "đã được gắn" in text(twice, 422)
    removing = reverse("changes:unprove", args=[change.pk, paper.pk])
    assert removing in text(officer.get(reverse("changes:detail", args=[change.pk])))
    changes.check(agency.subject("checker"), [change.pk])
    assert removing not in text(officer.get(reverse("changes:detail", args=[change.pk])))
    assert officer.post(removing).status_code == 422
    assert officer.get(address).status_code == 422


def test_an_officer_keeps_and_takes_off_a_copy_of_form_2c(agency: Agency, version: Version) -> None:
    officer, address = signed_in(agency, "officer"), reverse("evidence:person", args=[version.dossier.key])
    sent = {"paper-kind": "04", "paper-path": "whole", "paper-file": upload(samples.doc(), "2C.doc")}
    assert officer.post(address, sent).status_code == 302
    page = text(officer.get(address))
    assert "2C.doc" in page
    assert "Cả hồ sơ" in page
    paper = Attachment.objects.get()
    removing = reverse("evidence:take_back", args=[paper.pk])
    assert officer.post(removing, {"reason": ""}).status_code == 422
    for who, status in (("verifier", 403), ("stranger", 404)):
        assert signed_in(agency, who).post(removing, {"reason": "x"}).status_code in {status, 404}
    assert officer.post(removing, {"reason": "Của người khác"}).status_code == 302
    assert "2C.doc" not in text(officer.get(address))
    for who in ("verifier", "owner"):
        assert 'name="paper-file"' not in text(signed_in(agency, who).get(address))
        assert "2C.doc" not in text(signed_in(agency, who).post(address, sent), 422)
    assert Attachment.objects.filter(taken_back_at=None).count() == 0


def test_a_paper_that_waits_for_the_scanner_holds_back_its_own_change_only(
    agency: Agency, version: Version, settings: Any
) -> None:
    held, free = (people.propose(agency, people.dossier(n)) for n in (5, 6))
    given = actions.receive(agency.subject("officer"), samples.pdf())
    changes.prove(agency.subject("officer"), held.pk, given, Details("99", "identity", file_name="a.pdf"))
    people.pass_steps(agency, [held.pk, free.pk])
    settings.CCVC_EVIDENCE_SCANNER = "unix:/nowhere/clamd.ctl"
    page = text(signed_in(agency, "approver").get(reverse("changes:approve")))
    assert "giấy tờ chưa quét xong" in page
    assert str(free.pk) in as_filled(page)["changes"]
    assert str(held.pk) not in as_filled(page)["changes"]
    assert "Chờ quét mã độc" in text(
        signed_in(agency, "verifier").get(reverse("changes:detail", args=[held.pk]))
    )


def test_the_dossier_says_beside_an_entry_that_its_paper_is_missing(agency: Agency, version: Version) -> None:
    whole = people.dossier()
    rows = [
        {"id": "a1", "kind": "appoint", "position": "Trưởng phòng", "effective_from": "2026-09-01"},
        {"id": "a2", "kind": "appoint", "position": "Phó trưởng phòng", "effective_from": "2015-09-01"},
    ]
    whole["career"]["appointments"] = rows
    people.kept(agency, whole, key=version.dossier.key)
    address = reverse("dossiers:detail", args=[version.dossier.key]) + "?group=career"
    lacking = "Chưa có giấy tờ làm căn cứ"
    officer = signed_in(agency, "officer")
    assert text(officer.get(address)).count(lacking) == 1
    given = actions.receive(agency.subject("officer"), samples.pdf())
    said = Details(
        "01", "career.appointments[a1]", "12/QĐ", timezone.localdate(), "Sở Nội vụ", file_name="a.pdf"
    )
    actions.attach(agency.subject("officer"), version.dossier.key, given, said)
    assert lacking not in text(officer.get(address))
    page = reverse("dossiers:version", args=[version.dossier.key, 2]) + "?group=career"
    assert lacking not in text(officer.get(page)), "what a version page does not know it does not say"
