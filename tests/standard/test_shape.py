"""Three judges of a document's shape, one declaration: record type, JSON Schema and findings always agree."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import jsonschema
import msgspec
import orjson
import pytest
from hypothesis import given, settings

from ccvc.standard import (
    Document,
    Problem,
    Standard,
    canonical,
    check,
    current,
    decode,
    decoder,
    json_schema,
    national,
    record_type,
)
from ccvc.standard.shapes import of_document
from tests.standard import tiny
from tests.standard.strategies import documents, spoilt

NGUYEN_VAN_AN: Document = {
    "standard": "2026-07",
    "identity": {
        "personal_id": "001085123456",
        "full_name": "Nguyễn Văn An",
        "sex": "1",
        "birth_date": "1985-03",
        "ethnic_group": "01",
        "home_town": {"text": "xã Nam Đàn, tỉnh Nghệ An", "code": "40", "code_date": "2025-07-01"},
        "religion": {"state": "none"},
    },
    "career": {"recruited_on": "2010"},
    "education": {"degrees": [{"id": "d1", "level": "5", "major": "Luật"}]},
    "employment": {"category": "CC", "status": "01", "unit_code": "H41.12", "salary_coefficient": "2.34"},
}


@cache
def validator(standard: Standard) -> jsonschema.Draft202012Validator:
    schema = json_schema(standard)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@cache
def plain_decoder(standard: Standard) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(record_type(standard))


def record_accepts(document: Any, standard: Standard) -> bool:
    """By the decoder, which must accept and give what the type it reads faster accepts and gives."""
    raw, told = orjson.dumps(document), []
    for reader in (plain_decoder(standard), decoder(standard)):
        try:
            told.append(msgspec.json.encode(reader.decode(raw), order="sorted"))
        except msgspec.ValidationError:
            told.append(b"")
    assert told[0] == told[1]
    return bool(told[0])


def schema_accepts(document: Any, standard: Standard) -> bool:
    return validator(standard).is_valid(document)


@settings(deadline=None, max_examples=25)
@given(document=documents())
def test_documents_drawn_from_the_declaration_have_its_shape(document: Document) -> None:
    assert list(of_document(document, current())) == []
    assert record_accepts(document, current())
    assert schema_accepts(document, current())
    assert decode(canonical(document)) == document


@settings(deadline=None, max_examples=25)
@given(document=documents())
def test_the_national_part_has_the_national_shape(document: Document) -> None:
    part = national(document)
    assert record_accepts(part, current().national)
    assert schema_accepts(part, current().national)
    assert list(of_document(part, current().national)) == []


@settings(deadline=None, max_examples=30)
@given(document=spoilt())
def test_the_three_judges_agree_on_spoilt_documents(document: Document) -> None:
    assert len(verdicts(document, current())) == 1


@settings(deadline=None, max_examples=250)
@given(document=spoilt(tiny.standard()))
def test_the_three_judges_agree_on_every_type(document: Document) -> None:
    assert len(verdicts(document, tiny.standard())) == 1


def verdicts(document: Document, standard: Standard) -> set[bool]:
    """What the judges say of a document: one verdict where they agree."""
    told = {not list(of_document(document, standard)), record_accepts(document, standard)}
    return told if ends_with_line_break(document) else told | {schema_accepts(document, standard)}


def ends_with_line_break(document: Any) -> bool:
    """Where "$" of JSON Schema's expressions means what it does in Python, it overlooks a last line break."""
    if isinstance(document, dict | list):
        return any(map(ends_with_line_break, document.values() if isinstance(document, dict) else document))
    return isinstance(document, str) and document.endswith("\n")


def test_an_ordinary_document_is_accepted_by_all_and_without_findings() -> None:
    assert schema_accepts(NGUYEN_VAN_AN, current())
    assert record_accepts(NGUYEN_VAN_AN, current())
    assert check(NGUYEN_VAN_AN, on=date(2026, 11, 21)) == []


def test_the_record_type_gives_what_the_record_says() -> None:
    record: Any = msgspec.json.Decoder(record_type()).decode(canonical(NGUYEN_VAN_AN))
    assert record.identity.full_name == "Nguyễn Văn An"
    assert record.identity.religion.state == "none"
    assert record.education.degrees[0].major == "Luật"
    assert record.identity.phone is msgspec.UNSET
    assert orjson.loads(msgspec.json.encode(record)) == NGUYEN_VAN_AN


def with_identity(path: str, value: Any) -> Document:
    return NGUYEN_VAN_AN | {"identity": NGUYEN_VAN_AN["identity"] | {path: value}}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("other_names", " x"),
        ("other_names", "x "),
        ("other_names", " "),
        ("other_names", ""),
        ("other_names", "x\ty"),
        ("other_names", "\u00a0x"),
        ("other_names", "x\u00a0y"),
        ("other_names", "x\u200by"),
        ("other_names", "x\u202ey"),
        ("other_names", "x\u0085y"),
        ("other_names", "x\x7fy"),
        ("other_names", "\ufeffx"),
        ("other_names", "x\u3000"),
        ("home_town", {"text": "x\u2060"}),
        ("birth_date", "1985-02-30"),
        ("birth_date", "d1"),
        ("home_town", {"text": " x"}),
        ("home_town", {"text": ""}),
    ],
)
def test_the_decoder_never_passes_what_the_type_refuses(path: str, value: Any) -> None:
    assert verdicts(with_identity(path, value), current()) == {False}


@pytest.mark.parametrize(
    ("path", "value"),
    [("other_names", 'the "x"'), ("other_names", "–x…"), ("birth_date", {"state": "none"})],
)
def test_the_decoder_passes_what_the_type_takes(path: str, value: Any) -> None:
    assert verdicts(with_identity(path, value), current()) == {True}


@pytest.mark.parametrize("row_id", ["d 1", "", "đ1", "d" * 41, "1985-03"])
def test_a_row_id_is_judged_as_a_row_id_whatever_was_seen_before(row_id: str) -> None:
    degree = {"id": row_id, "level": "5", "from": "1985-03"}
    document = NGUYEN_VAN_AN | {"education": {"degrees": [degree]}}
    assert verdicts(document, current()) == {row_id == "1985-03"}


def test_white_space_between_values_is_read_as_before() -> None:
    spaced = orjson.dumps(NGUYEN_VAN_AN, option=orjson.OPT_INDENT_2)
    assert orjson.loads(msgspec.json.encode(decoder().decode(spaced))) == NGUYEN_VAN_AN


def test_the_record_type_is_made_once() -> None:
    assert record_type() is record_type()
    assert record_type(current().national) is not record_type()


@pytest.mark.parametrize(
    ("raw", "code", "where"),
    [
        (b"{", "STD-JSON", ""),
        (b'{"standard": "\xff"}', "STD-JSON", ""),
        (b"[]", "STD-REFUSED", ""),
        (b"{}", "STD-REFUSED", "standard"),
        (canonical(NGUYEN_VAN_AN | {"stranger": {}}), "STD-REFUSED", "stranger"),
        (canonical(NGUYEN_VAN_AN | {"career": {"recruited_on": 2010}}), "STD-REFUSED", "career.recruited_on"),
    ],
)
def test_decode_refuses_with_a_code_and_a_place(raw: bytes, code: str, where: str) -> None:
    with pytest.raises(Problem) as caught:
        decode(raw)
    assert (caught.value.code, caught.value.where) == (code, where)


def test_the_schema_speaks_vietnamese_and_names_the_law() -> None:
    schema = json_schema(current())
    name = schema["properties"]["identity"]["properties"]["full_name"]
    assert name["title"] == "Họ và tên khai sinh"
    assert "NĐ 27/2026/NĐ-CP" in name["description"]
    assert schema["$defs"]["code_sex"]["x-labels"] == {"1": "Nam", "2": "Nữ"}
    assert schema["$id"] == f"urn:ccvc:standard:{current().version}"
