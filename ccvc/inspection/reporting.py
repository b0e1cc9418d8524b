"""A trace report drawn up, recorded and packed: canonical JSON, signed by the node, with proofs and a workbook."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import xlsxwriter
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from joserfc.jwk import ECKey, RSAKey

from ccvc.access.actions import record_look
from ccvc.access.domain import Subject
from ccvc.inspection.actions import prove_versions
from ccvc.inspection.domain import encode
from ccvc.inspection.tracing import Asked, Traced, as_asked, trace
from ccvc.ledger import actions as ledger
from ccvc.signing import certificates, jws, store
from ccvc.standard.problems import Problem

FORMAT = "ccvc-trace/1"
FIXED = (1980, 1, 1, 0, 0, 0)
HOW = """\
GÓI BÁO CÁO TRUY VẾT / TRACE REPORT PACKAGE

report.json          báo cáo, đúng từng byte được ký / the report, the very bytes that are signed
report.jws           chữ ký của nút (JWS, RFC 7515) trên các byte ấy / the node's signature over them
signing-input        các byte chữ ký bao trùm / the bytes the signature covers
signature            chữ ký cho openssl / the signature for openssl
node.pem, node.jwk   chứng thư, khóa công khai của nút / certificate and public key of the node
proof-*.json         bộ bằng chứng của từng người, mở bằng công cụ kiểm tra độc lập (ccvc ledger verifier)
                     proof bundle of each person, for the independent verifier
report.xlsx          cùng nội dung để đọc, không được ký / the same to read, not signed

Kiểm tra bằng OpenSSL / To verify with OpenSSL:
  openssl x509 -in node.pem -pubkey -noout > node.pub
  openssl dgst -sha256 -verify node.pub -signature signature signing-input
  [ "$(cut -d. -f2 signing-input)" = "$(basenc --base64url -w0 report.json | tr -d =)" ] && echo khớp
  openssl verify -CAfile CA.pem node.pem
Kiểm tra bằng jose / To verify with jose:
  jose jws ver -i report.jws -k node.jwk
  [ "$(jose fmt -j report.jws -g payload -u-)" = "$(basenc --base64url -w0 report.json | tr -d =)" ]
CA.pem lấy từ nơi khác gói này / take CA.pem from elsewhere than this package.
"""


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it was drawn up: its values, and their canonical bytes."""

    told: dict[str, Any]
    content: bytes
    traced: Traced

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@transaction.atomic
def draw_up(subject: Subject, asked: Asked) -> Report:
    """Draw up the report, record the look at everyone in it, and enter it in the ledger by its digest.

    Problem INS-TRACE-REFERENCE without decision or purpose, those of `trace`.
    """
    if not asked.reference.strip() or not asked.purpose.strip():
        raise Problem("INS-TRACE-REFERENCE", where="reference")
    traced = trace(subject, asked)
    told = {
        "format": FORMAT,
        "agency": settings.CCVC_AGENCY,
        "made_at": timezone.now().isoformat(),
        "by": {"account": subject.username, "name": subject.full_name},
        "asked": as_asked(asked),
        "people": traced.people,
        "refusals": traced.refusals,
        "gaps": traced.gaps,
    }
    report = Report(told, orjson.dumps(told, option=orjson.OPT_SORT_KEYS), traced)
    why = f"Thanh tra theo {asked.reference}: {asked.purpose}"
    record_look(subject, traced.keys, act="export", purpose=why, detail="Báo cáo truy vết")
    entered = {"act": "trace", "by": subject.username, "reference": asked.reference, "purpose": asked.purpose}
    entered |= {"people": str(len(traced.keys)), "report_sha256": report.digest}
    ledger.append("administrative", f"trace:{report.digest[:16]}", entered)
    return report


def package(subject: Subject, report: Report) -> bytes:
    """The report as a signed package, with the proofs of its people; Problem SIG-NODE-KEY where the node has no key."""
    own = store.node_keys().sign
    made = jws.sign(report.content, own.key, own.chain)
    covered, raw = jws.signing_input(made)
    files = {
        "HUONG-DAN.txt": HOW.encode(),
        "report.json": report.content,
        "report.jws": orjson.dumps(made),
        "signing-input": covered,
        "signature": _der(own.chain[0].public_key(), raw),
        "node.pem": certificates.to_pem(own.chain).encode(),
        "node.jwk": orjson.dumps(_jwk(own.chain[0].public_key())),
        "report.xlsx": workbook(report.told),
    }
    for person in report.told["people"]:
        if person.get("versions"):
            key = next(k for k in report.traced.keys if str(k) == person["person"])
            files[f"proof-{key}.json"] = encode(prove_versions(subject, key))
    return _zip(files)


def _jwk(public: Any) -> dict[str, Any]:
    kind = RSAKey if isinstance(public, rsa.RSAPublicKey) else ECKey
    return dict(kind.import_key(public).as_dict(private=False))


def _der(public: Any, raw: bytes) -> bytes:
    """A signature as openssl takes it: r and s as DER, an RSA signature as it is."""
    if isinstance(public, rsa.RSAPublicKey):
        return raw
    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, FIXED), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


SHEETS: dict[str, tuple[str, ...]] = {
    "Phiên bản": (
        "Hồ sơ",
        "Họ và tên",
        "Phiên bản",
        "Ghi nhận lúc",
        "Có hiệu lực từ",
        "Loại",
        "Lý do",
        "Chữ ký",
    ),
    "Bước": (
        "Hồ sơ",
        "Phiên bản",
        "Bước",
        "Tài khoản",
        "Họ và tên",
        "Vai trò",
        "Lúc",
        "Thay mặt",
        "Văn bản ủy quyền",
        "Có quyền vào ngày đó",
        "Ghi chú",
    ),
    "Giấy tờ": ("Hồ sơ", "Phiên bản", "Loại", "Số", "Ngày", "Cơ quan", "SHA-256"),
    "Lượt xem": ("Hồ sơ", "Lúc", "Người xem", "Vai trò", "Việc", "Mục đích"),
    "Bị từ chối": ("Tài khoản", "Họ và tên", "Việc", "Mã", "Số lần", "Lần đầu", "Lần cuối"),
    "Chỗ hổng": ("Hồ sơ", "Phiên bản", "Mã", "Nội dung"),
}
WORDS = {True: "có", False: "không", None: ""}


def workbook(told: Mapping[str, Any]) -> bytes:
    """The same as sheets; every cell is text, so that nothing is taken for a formula."""
    rows = {
        "Phiên bản": _version_rows(told),
        "Bước": _step_rows(told),
        "Giấy tờ": _paper_rows(told),
        "Lượt xem": (
            [p["person"], x["at"], x["name"], x["role"], x["act"], x["purpose"]]
            for p in told["people"]
            for x in p["looks"]
        ),
        "Bị từ chối": (
            [x["account"], x["name"], x["act"], x["code"], x["times"], x["first_at"], x["last_at"]]
            for x in told["refusals"]
        ),
        "Chỗ hổng": ([x["person"], x["number"], x["code"], x["message"]] for x in told["gaps"]),
    }
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, heading in SHEETS.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            _write(sheet, 0, heading)
            for place, row in enumerate(rows[name], start=1):
                _write(sheet, place, row)
    return buffer.getvalue()


def _write(sheet: Any, place: int, row: Sequence[Any]) -> None:
    for column, value in enumerate(row):
        sheet.write_string(place, column, str(value))


def _version_rows(told: Mapping[str, Any]) -> Iterator[list[Any]]:
    for person in told["people"]:
        for v in person.get("versions", ()):
            moments = [v["known_at"], v["valid_from"], v["kind"], v["reason"], v["signature"]["status"]]
            yield [person["person"], person["name"], v["number"], *moments]


def _step_rows(told: Mapping[str, Any]) -> Iterator[list[Any]]:
    for person in told["people"]:
        of_versions = [(v["number"], v["steps"]) for v in person.get("versions", ())]
        unfinished = [(u["state"], u["steps"]) for u in person["unfinished"]]
        for number, steps in (*of_versions, *unfinished):
            for s in steps:
                who = [
                    s["step"],
                    s["account"],
                    s["name"],
                    s["role"],
                    s["at"],
                    s["on_behalf"],
                    s["delegation"],
                ]
                yield [person["person"], number, *who, WORDS[s["held"]], s["note"]]


def _paper_rows(told: Mapping[str, Any]) -> Iterator[list[Any]]:
    for person in told["people"]:
        for v in person.get("versions", ()):
            for e in v["evidence"]:
                said = [e["kind"], e["number"], e["date"], e["issuer"], e["sha256"]]
                yield [person["person"], v["number"], *said]
