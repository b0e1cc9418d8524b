"""Good inputs to spoil: documents, files of people, code lists, packages, certificates. Made once a process."""

from __future__ import annotations

import io
import tempfile
import zipfile
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from ccvc.exchange.domain import enrolment
from ccvc.exchange.domain.enrolment import EnrolmentRequest, Pems
from ccvc.intake.template import template
from ccvc.node.conformance.samples.scheme import Scheme
from ccvc.signing import certificates, keys
from ccvc.simulation.people import people
from tests.intake import files
from tests.intake.corpus.cells import CELLS
from tests.intake.corpus.headings import HEADINGS
from tests.intake.corpus.sources import Case, write
from tests.people import dossier

DAY = date(2026, 11, 21)
MAPPING = """
name = "nhan-su"
title = "Phần mềm nhân sự"
unit = "H41.12"
connection = "CCVC_SO_NV"
by = "Trần Thị Lan"
on = 2026-11-01
encoding = "tcvn3"

[sheets.person]
person = "ma_cb"
number = "cccd"
table = "nhansu.canbo"
watermark = "sua_luc"
overlap = 10

[sheets.person.columns]
"identity.full_name" = "ho_ten"
"identity.sex" = { column = "gioi_tinh", values = "gioi" }

[values.gioi]
by = "Trần Thị Lan"
on = 2026-11-01
basis = "Công văn 12"
map = { "1" = "1", "0" = "2" }
"""
LOCAL = """
[[field]]
name = "parking"
label_vi = "Ô đỗ xe"
type = "text"
max_length = 20

[[table]]
name = "loans"
label_vi = "Vay vốn"

[[table.field]]
name = "amount"
label_vi = "Số tiền"
type = "decimal"
digits = 12
places = 2
"""
SETTINGS = """
kind = "component"
agency = "H41"
name = "Tỉnh Nghệ An"
web_port = 8000
allowed_hosts = ["127.0.0.1"]
exchange_interval = 10.0
intake_rows = 250000
synthetic = true
"""
CODES = (
    "code,label_vi,label_en,valid_from,valid_to,successors,synonyms,basis,certainty\n"
    '99,"Dân tộc, thử",Trial,2026-07-01,,,"thu|thử nghiệm",TT 1,S\n01,,,,31/12/2026,99,,TT 2,K\n'
)


@cache
def documents() -> tuple[dict[str, Any], ...]:
    """Whole documents: small ones, and those of synthetic people with everything in them."""
    return (
        dossier(1),
        dossier(2),
        *(person.document for person in people(7, "H41", [("H41.12", "Sở Nội vụ", "department")], 12)),
    )


@cache
def spreadsheets() -> tuple[bytes, ...]:
    """Files of people of every shape the intake knows, as small as they come."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        made = [write(case, place).read_bytes() for case in _cases() if not isinstance(case.pages, bytes)]
        rows = [files.person(n) for n in (1, 2, 3)]
        made.append(files.workbook(place / "a.xlsx", rows, education__degrees=[files.degree(1)]).read_bytes())
        made.append(
            files.plain_workbook(place / "b.xlsx", [files.HEADINGS, [1, files.number(1), "An"]]).read_bytes()
        )
    return (*made, template(DAY))


@cache
def texts() -> tuple[bytes, ...]:
    """Files of rows as text."""
    own = [case.pages for case in _cases() if isinstance(case.pages, bytes)]
    first = own[0].decode("utf-8-sig", "replace")
    return (*own, first.encode("utf-16"), first.encode("utf-8-sig"), first.replace(";", "\t").encode())


def _cases() -> tuple[Case, ...]:
    return (*HEADINGS, *CELLS)


_SPACE = "urn:oasis:names:tc:opendocument:xmlns"
_ODS = f"""<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{_SPACE}:office:1.0"
 xmlns:table="{_SPACE}:table:1.0" xmlns:text="{_SPACE}:text:1.0">
<office:body><office:spreadsheet><table:table table:name="Sheet1">
{{rows}}</table:table></office:spreadsheet></office:body></office:document-content>"""


@cache
def open_documents() -> bytes:
    """The same as an OpenDocument spreadsheet."""
    head = ["STT", "Họ và tên", "Giới tính", "Ngày sinh", "Số CCCD"]
    given = [
        head,
        ["1", "Nguyễn Văn An", "Nam", "07/03/1985", files.number(1)],
        ["2", "Trần Thị Bình", "Nữ", "1985", files.number(2)],
    ]
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="1">{}</table:table-cell>'
    )
    row = '<table:table-row table:number-rows-repeated="1">{}</table:table-row>'
    rows = "".join(
        row.format("".join(cell.format(f"<text:p>{text}</text:p>") for text in cells)) for cells in given
    )
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{_SPACE}:manifest:1.0"/>'.encode(),
            "content.xml": _ODS.format(rows=rows).encode(),
        }
    )


def zipped(parts: dict[str, bytes]) -> bytes:
    """An archive of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@cache
def scheme() -> Scheme:
    """The authority and certificates of this process."""
    return Scheme()


@cache
def request() -> dict[str, Any]:
    """A request of enrolment, as its file holds it."""
    own = {use: keys.generate() for use in ("sign", "encrypt")}
    csr = Pems(
        **{
            use: certificates.request(key, common_name="Nút H41", agency_code="H41")
            for use, key in own.items()
        }
    )
    made = EnrolmentRequest(
        enrolment.REQUEST_FORMAT, "H41", "Tỉnh Nghệ An", csr, datetime(2026, 11, 21, tzinfo=UTC)
    )
    return decoded(enrolment.encode(made))


@cache
def answer() -> dict[str, Any]:
    """An answer to one."""
    made, pair = scheme(), scheme().pair
    pem = certificates.to_pem
    return {
        "format": enrolment.ANSWER_FORMAT,
        "agency": "H41",
        "name": "Tỉnh Nghệ An",
        "certificates": {use: pem(pair("H41", use).chain) for use in ("sign", "encrypt")},
        "trust": {"certificates": pem([made.issuer.cert]), "crls": [made.crl]},
        "national": {
            "agency": "G09",
            "name": "Bộ Nội vụ",
            "address": "https://127.0.0.1:1",
            "transport": "https",
            "encrypt": pem(pair("G09", "encrypt").chain),
        },
        "created_at": "2026-11-21T00:00:00Z",
    }


def decoded(raw: bytes) -> Any:
    """JSON of ours as plain values."""
    return orjson.loads(raw)


def canonical(value: Any) -> bytes:
    """The canonical bytes of a good value."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
