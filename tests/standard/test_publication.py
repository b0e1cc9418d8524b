"""The published standard: files for programs and people, derived from the declaration and true of it."""

from __future__ import annotations

import io
from datetime import date

import jsonschema
import openpyxl
import pytest

from ccvc import standard
from ccvc.simulation.example import example
from ccvc.standard import publication
from ccvc.standard.publication.changes import words

VERSIONS = list(standard.versions())


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("national", [False, True])
def test_the_example_is_right_by_its_version(version: str, *, national: bool) -> None:
    declared = standard.of(version)
    document = example(version, national=national)
    judged_by = declared.national if national else declared
    assert standard.check(document, on=date(2026, 7, 2), standard=judged_by) == []
    jsonschema.Draft202012Validator(standard.json_schema(judged_by)).validate(document)


@pytest.mark.parametrize("version", VERSIONS)
def test_openapi_components_refer_to_nothing_outside_them_and_take_the_example(version: str) -> None:
    document = publication.openapi(standard.of(version))
    root = {"$ref": "#/components/schemas/NationalDossier", "components": document["components"]}
    jsonschema.Draft202012Validator(root).validate(example(version, national=True))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(root).validate({"standard": version, "identity": {"nickname": "x"}})


@pytest.mark.parametrize("version", VERSIONS)
def test_the_dictionary_has_a_row_for_every_field_and_code(version: str) -> None:
    declared = standard.of(version)
    book = openpyxl.load_workbook(io.BytesIO(publication.dictionary(declared)), read_only=True)
    fields = list(book["Trường thông tin"].values)
    assert [row[5] for row in fields[1:]] == list(declared.fields)
    used = {field.code_list for field in declared.fields.values()} - {None}
    codes = {(row[0], row[1]) for row in list(book["Danh mục mã"].values)[1:]}
    assert {(name, code.code) for name in used for code in declared.codes[name]} <= codes


def test_the_changes_lead_from_the_fields_of_one_version_to_those_of_the_next() -> None:
    older, newer = standard.versions()["2023-05"], standard.of("2026-07")
    found = publication.changes(older, newer)
    gone = {c.path for c in found if c.kind == "removed"} | {c.before for c in found if c.kind == "moved"}
    come = {c.path for c in found if c.kind in {"added", "moved"}}
    assert (set(older.standard.fields) - gone) | come == set(newer.fields)
    said = {c.path: words(c) for c in found}
    assert said["employment.status"] == "“Trạng thái làm việc”: bắt buộc từ không thành có"
    assert said["career.planning[].position"] == (
        "“Chức danh quy hoạch” trước đây là career.planned_position"
    )
