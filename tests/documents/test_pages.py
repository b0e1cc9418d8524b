"""The pages: ordering, signing with one's own means, sealing without seeing anybody, checking without an account."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import docx
import openpyxl
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from ccvc.access.models import AccessLog
from ccvc.documents import actions, checks
from ccvc.documents.actions import running
from ccvc.documents.domain import grouped, new_code
from ccvc.documents.models import Check, Document, Picture, Run, State
from ccvc.evidence import storage
from ccvc.ledger import actions as ledger
from ccvc.signing import certificates
from ccvc.signing.actions import create_seal_key
from tests.documents import office
from tests.people import AGENCY, PASSPHRASE, Agency, dossier, kept


def browser(agency: Agency, name: str) -> Client:
    client = Client()
    client.force_login(agency.users[name])
    return client


def give_seal(agency: Agency) -> None:
    """A seal for the agency under the passphrase of the tests."""

    def issue(csr: str) -> str:
        assert agency.issuer is not None
        wanted = certificates.read_request(csr)
        cert = certificates.issue(
            agency.issuer,
            wanted.public_key,
            common_name="Tỉnh Nghệ An",
            agency_code=AGENCY,
            use="seal",
            not_before=timezone.now() - timedelta(days=2),
        )
        return certificates.to_pem([cert])

    create_seal_key(AGENCY, PASSPHRASE, issue, by="clerk", audit=ledger.append)


ORDER = {"purpose": office.PURPOSE, "signer": "approver"}


def test_from_the_person_page_to_a_valid_document(agency: Agency, person: UUID) -> None:
    give_seal(agency)
    officer = browser(agency, "officer")
    page = officer.get(f"/documents/person/{person}/")
    assert "Sơ yếu lý lịch điện tử" in page.content.decode()
    made = officer.post(f"/documents/person/{person}/", ORDER)
    row = Document.objects.get()
    assert made["Location"] == f"/documents/{row.pk}/"
    assert "Chờ người có thẩm quyền ký" in officer.get(made["Location"]).content.decode()
    signer = browser(agency, "approver")
    assert str(row) in signer.get("/documents/sign/").content.decode()
    wrong = signer.post("/documents/sign/", {"document": row.pk, "passphrase": "không phải mật khẩu này"})
    assert wrong.status_code == 422
    assert signer.post("/documents/sign/", {"document": row.pk, "passphrase": PASSPHRASE}).status_code == 302
    clerk = browser(agency, "clerk")
    waiting = clerk.get("/documents/seal/").content.decode()
    assert str(row) in waiting
    assert "Thuỳ Dương" not in waiting
    assert clerk.get(f"/documents/{row.pk}/").status_code == 404
    assert clerk.get(f"/documents/{row.pk}/file/").status_code == 404
    assert clerk.post("/documents/seal/", {"document": row.pk, "passphrase": PASSPHRASE}).status_code == 302
    row.refresh_from_db()
    assert row.state == State.VALID
    shown = officer.get(f"/documents/{row.pk}/").content.decode()
    assert shown.count("Hợp lệ") == 2
    handed = officer.get(f"/documents/{row.pk}/file/")
    assert handed.content == storage.read(row.sha256)
    assert "attachment" in handed["Content-Disposition"]
    looks = AccessLog.objects.filter(person_keys__contains=[person], act="export")
    assert {look.actor_name for look in looks} == {"Người officer"}


def test_the_person_takes_their_own_and_nobody_elses(agency: Agency, person: UUID) -> None:
    owner = agency.users["owner"]
    owner.person_key = person
    owner.save()
    mine = browser(agency, "owner")
    assert mine.post(f"/documents/person/{person}/", ORDER).status_code == 302
    row = Document.objects.get()
    assert mine.get(f"/documents/{row.pk}/file/").status_code == 200
    for name in ("stranger", "colleague", "foreign_approver", "administrator", "inspector"):
        other = browser(agency, name)
        assert other.get(f"/documents/person/{person}/").status_code in {403, 404}
        assert other.get(f"/documents/{row.pk}/").status_code == 404
        assert other.get(f"/documents/{row.pk}/file/").status_code == 404


def test_one_revokes_with_a_reason_who_may_sign_for_the_unit(agency: Agency, person: UUID) -> None:
    row = office.sealed(agency, office.issued(agency, person))
    address = f"/documents/{row.pk}/revoke/"
    assert browser(agency, "officer").post(address, {"reason": "Sai"}).status_code == 403
    signer = browser(agency, "approver")
    assert signer.post(address, {"reason": " "}).status_code == 422
    assert signer.post(address, {"reason": "Sai ngày tuyển dụng"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.revoked_reason) == (State.REVOKED, "Sai ngày tuyển dụng")
    assert signer.post(address, {"reason": "Sai"}).status_code == 422
    told = Client().get(f"/kiem-tra/{grouped(row.code)}/").content.decode()
    assert "Đã thu hồi" in told
    assert "Sai ngày tuyển dụng" not in told


def test_anyone_checks_a_code_and_learns_what_stands_at_the_head_alone(agency: Agency, person: UUID) -> None:
    row = office.sealed(agency, office.issued(agency, person))
    anyone = Client()
    found = anyone.get("/kiem-tra/", {"code": f" {row.code.lower()} "})
    assert found["Location"] == f"/kiem-tra/{grouped(row.code)}/"
    page = anyone.get(found["Location"])
    text = page.content.decode()
    for shown in ("Có giá trị", str(row), "Người approver", "Ủy ban nhân dân tỉnh Nghệ An"):
        assert shown in text
    for hidden in ("Thuỳ Dương", "040085", office.PURPOSE):
        assert hidden not in text
    assert anyone.get("/kiem-tra/", {"code": "0" * 19 + "1"}).status_code == 422


def test_a_code_not_handed_out_yet_is_answered_like_one_that_does_not_exist(
    agency: Agency, person: UUID
) -> None:
    early, nothing = office.issued(agency, person).code, new_code()
    pages = [Client().get(f"/kiem-tra/{grouped(code)}/") for code in (early, nothing)]
    first, second = (
        page.content.decode().replace(grouped(code), "·")
        for page, code in zip(pages, (early, nothing), strict=True)
    )
    assert [page.status_code for page in pages] == [200, 200]
    assert _without_token(first) == _without_token(second)


def _without_token(text: str) -> str:
    parts = text.split('csrfmiddlewaretoken" value="')
    return parts[0] + "".join(part.partition('"')[2] for part in parts[1:])


def test_a_file_is_held_against_the_one_issued(agency: Agency, person: UUID) -> None:
    row = office.sealed(agency, office.issued(agency, person))
    kept = storage.read(row.sha256)
    address = f"/kiem-tra/{grouped(row.code)}/"

    def told(content: bytes) -> str:
        sent = io.BytesIO(content)
        sent.name = "van-ban.pdf"
        return Client().post(address, {"file": sent}).content.decode()

    same = told(kept)
    assert "Tệp đúng từng byte" in same
    assert same.count("Hợp lệ") == 2
    spoilt = bytearray(kept)
    spoilt[700] ^= 1
    changed = told(bytes(spoilt))
    assert "khác từ byte thứ 701" in changed
    assert changed.count("chữ ký không còn khớp với nội dung") == 2
    spoilt = bytearray(kept)
    spoilt[-20] ^= 1
    assert told(bytes(spoilt)).count("phần đã ký còn nguyên") == 1
    assert "được thêm vào" in told(kept + b"%%EOF")
    assert "chưa đủ chữ ký" in told(kept[: row.signed_size])
    assert "bị cắt cụt" in told(kept[:-300])
    assert Client().post(address).status_code == 422


def test_asking_too_often_is_refused_for_a_while(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MOST_A_MINUTE", 3)
    address = f"/kiem-tra/{grouped(new_code())}/"
    answers = [Client(REMOTE_ADDR="10.0.0.9").get(address).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    assert Client(REMOTE_ADDR="10.0.0.10").get(address).status_code == 200
    assert not Check.objects.filter(address__contains="10.0.0").exists()


def test_a_run_goes_on_where_it_stood_and_names_whom_it_could_not_serve(
    agency: Agency, person: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = kept(agency, dossier(2)).dossier.key
    unprintable = kept(agency, dossier(3, full_name="Nguyễn 中 An")).dossier.key
    officer = browser(agency, "officer")
    page = officer.get("/documents/many/?form=tt06-2023").content.decode()
    assert "3 người được chọn" in page
    made = officer.post("/documents/many/?form=tt06-2023", ORDER)
    run = Run.objects.get()
    assert made["Location"] == f"/documents/runs/{run.pk}/"

    monkeypatch.setattr(running, "SLICE", 1)
    with pytest.raises(KeyboardInterrupt):
        actions.go_on(run.pk, lambda _done, _every: (_ for _ in ()).throw(KeyboardInterrupt))
    assert Document.objects.count() == 1
    assert actions.go_on(run.pk).ended_at is not None
    actions.go_on(run.pk)
    rows = Document.objects.order_by("number")
    assert [row.number for row in rows] == [1, 2]
    assert {row.people.get().person_key for row in rows} == {person, second}
    shown = officer.get(made["Location"]).content.decode()
    assert "Nguyễn 中 An" in shown
    assert "U+4E2D" in shown
    assert run.people.get(person_key=unprintable).problem["code"] == "DOC-LETTER"
    answer = officer.get(f"{made['Location']}files/")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert len(archive.namelist()) == 2
    assert browser(agency, "stranger").get(made["Location"]).status_code == 404


def test_a_list_across_shows_the_chosen_columns(agency: Agency, person: UUID, tmp_path: Any) -> None:
    officer = browser(agency, "officer")
    chosen = {**ORDER, "chosen": ["identity.full_name", "identity.birth_date"]}
    assert officer.post("/documents/many/?form=trich-ngang", chosen).status_code == 302
    row = Document.objects.get()
    assert row.chosen == ["identity.full_name", "identity.birth_date"]
    text = " ".join(office.run("pdftotext", office.file_of(row, tmp_path), "-").split())
    assert "Thuỳ Dương" in text
    assert "07/03/1985" in text
    assert "Quê quán" not in text


def test_a_draft_says_that_it_has_no_legal_value(agency: Agency, person: UUID) -> None:
    answer = browser(agency, "officer").get(f"/documents/person/{person}/draft/?form=tt06-2023")
    made = docx.Document(io.BytesIO(answer.content))
    text = "\n".join(paragraph.text for paragraph in made.paragraphs)
    assert "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in text
    assert "NGUYỄN THỊ THUỲ DƯƠNG" in text
    look = AccessLog.objects.filter(act="export").latest("at")
    assert look.person_keys == [person]


def test_a_workbook_to_edit_holds_no_formula(agency: Agency, person: UUID) -> None:
    kept(agency, dossier(4, full_name="=1+1", other_names="+cmd"))
    address = "/documents/many/draft/?chosen=identity.full_name&chosen=identity.other_names"
    sheet = openpyxl.load_workbook(io.BytesIO(browser(agency, "officer").get(address).content)).active
    cells = {str(cell.value): cell.data_type for row in sheet.iter_rows() for cell in row if cell.value}
    assert "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in next(iter(cells))
    assert cells["=1+1"] == cells["+cmd"] == "s"
    assert browser(agency, "clerk").get(address).status_code == 403


def test_pictures_are_looked_at_before_they_are_kept(agency: Agency) -> None:
    signer = browser(agency, "approver")

    def send(content: bytes, kind: str = "signature", who: Client = signer) -> Any:
        sent = io.BytesIO(content)
        sent.name = "chu-ky.png"
        return who.post("/documents/pictures/", {"kind": kind, "picture": sent})

    for content, code in (
        (b"GIF89a", "DOC-PICTURE"),
        (office.picture(50, 50), "DOC-PICTURE-SIDES"),
        (office.picture(clear=False), "DOC-PICTURE-CLEAR"),
        (office.picture()[:-30], "DOC-PICTURE"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 500_000, "DOC-PICTURE-SIZE"),
    ):
        answer = send(content)
        assert answer.status_code == 422
        assert code in answer.content.decode()
    assert send(office.picture()).status_code == 302
    assert send(office.picture(320)).status_code == 302
    assert Picture.objects.filter(ended_at=None).get().width == 320
    assert Picture.objects.count() == 2
    assert send(office.picture(), "seal").status_code == 403
    assert browser(agency, "officer").get("/documents/pictures/").status_code == 403
    assert send(office.picture(), "seal", browser(agency, "clerk")).status_code == 302
    assert Picture.objects.filter(kind="seal").get().owner == settings.CCVC_AGENCY
    assert signer.post("/documents/pictures/", {"kind": "signature", "end": "1"}).status_code == 302
    assert not Picture.objects.filter(kind="signature", ended_at=None).exists()
