"""The declaration as JSON Schema 2020-12, for other vendors' software: titles and descriptions in Vietnamese.

It accepts exactly the shapes the record type accepts. What other software needs to know beyond the shape
stands in keywords starting with "x-": English label, sensitivity, ownership, owner, labels of codes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ccvc.standard import patterns
from ccvc.standard.codes import Codes
from ccvc.standard.fields import Declared, Field, Group, Standard, Table
from ccvc.standard.patterns import MAX_PLACE, PLACE_LIST, PLACE_LISTS, for_schema, integer_bounds, pattern_of
from ccvc.standard.values import STATES

Schema = dict[str, Any]

_STATE = {"$ref": "#/$defs/state"}


def json_schema(standard: Standard) -> Schema:
    """Give the schema of a whole document; ``json_schema(current().national)`` for a national one."""
    groups = {group.name: _group(standard, group) for group in standard.groups.values()}
    required = [
        group.name
        for group in standard.groups.values()
        if any(map(standard.always_requires, group.members.values()))
    ]
    version = {"title": "Phiên bản chuẩn thông tin", "$ref": "#/$defs/version"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:ccvc:standard:{standard.version}",
        "title": "Hồ sơ cán bộ, công chức, viên chức",
        "description": f"{standard.name_vi}, phiên bản {standard.version}. Căn cứ: {standard.basis}.",
        **_object({"standard": version, **groups}, ["standard", *required]),
        "$defs": _definitions(standard),
    }


def _object(properties: Schema, required: list[str]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _group(standard: Standard, group: Group) -> Schema:
    return {
        "title": group.label_vi,
        "description": f"Căn cứ: {group.basis}.",
        **_members(standard, group.members),
    }


def _members(standard: Standard, members: Mapping[str, Field | Table], **more: Schema) -> Schema:
    properties = {
        name: _field(member) if isinstance(member, Field) else _table(standard, member)
        for name, member in members.items()
    }
    required = [name for name, member in members.items() if standard.always_requires(member)]
    return _object({**more, **properties}, [*more, *required])


def _table(standard: Standard, table: Table) -> Schema:
    rows = _members(standard, table.members, id={"$ref": "#/$defs/row_id"})
    return {**_about(table), "type": "array", "minItems": 1, "items": rows}


def _field(field: Field) -> Schema:
    kind = _BY_TYPE[field.type](field)
    if field.type == "place":
        return {**_about(field), **kind}
    return {**_about(field), "anyOf": [kind, _STATE]}


def _about(declared: Declared) -> Schema:
    """Say what a person reads first, then what software needs beyond the shape."""
    return {
        "title": declared.label_vi,
        "description": f"Căn cứ: {declared.basis} ({declared.certainty}).",
        "x-label-en": declared.label_en,
        "x-sensitivity": declared.sensitivity,
        "x-ownership": declared.ownership,
        "x-owner": declared.owner,
        "x-national": declared.national,
        "x-valid-from": declared.valid_from.isoformat(),
        **({"x-valid-to": declared.valid_to.isoformat()} if declared.valid_to else {}),
    }


def _text(field: Field) -> Schema:
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": field.max_length,
        "pattern": for_schema(pattern_of(field) or ""),
    }


def _decimal(field: Field) -> Schema:
    return {
        "type": "string",
        "description": f"Số thập phân với đúng {field.places} chữ số sau dấu chấm",
        "pattern": for_schema(patterns.decimal(field)),
    }


def _integer(field: Field) -> Schema:
    low, high = integer_bounds(field)
    return {"type": "integer", "minimum": low, "maximum": high}


def _boolean(_field: Field) -> Schema:
    return {"type": "boolean"}


def _code(field: Field) -> Schema:
    return {"$ref": f"#/$defs/code_{field.code_list}"}


def _codes(field: Field) -> Schema:
    return {"type": "array", "minItems": 1, "items": _code(field)}


def _shared(field: Field) -> Schema:
    return {"$ref": f"#/$defs/{field.type}"}


_BY_TYPE: Mapping[str, Callable[[Field], Schema]] = MappingProxyType(
    {
        "text": _text,
        "long_text": _text,
        "date": _shared,
        "partial_date": _shared,
        "personal_id": _shared,
        "place": _shared,
        "decimal": _decimal,
        "integer": _integer,
        "boolean": _boolean,
        "code": _code,
        "codes": _codes,
    }
)


def _definitions(standard: Standard) -> Schema:
    used = {field.code_list for field in standard.fields.values() if field.code_list} | {PLACE_LIST}
    lists = {
        f"code_{name}": _code_list(standard.codes[name]) for name in sorted(used & standard.codes.keys())
    }
    return {
        "state": _state(),
        "version": _pattern("Năm và tháng ban hành phiên bản", patterns.VERSION, "2026-07"),
        "row_id": _pattern("Mã dòng, giữ nguyên qua các lần thay đổi", patterns.ROW_ID, "d1"),
        "date": _pattern("Ngày có thật, năm-tháng-ngày", patterns.DATE, "1985-03-07"),
        "partial_date": _pattern(
            "Ngày, tháng hoặc năm", patterns.PARTIAL_DATE, "1985-03-07", "1985-03", "1985"
        ),
        "personal_id": _pattern("Số định danh cá nhân, 12 chữ số", patterns.PERSONAL_ID, "001085123456"),
        "place": _place(standard),
        **lists,
    }


def _state() -> Schema:
    said = ", ".join(f"{state} = {names['vi'].lower()}" for state, names in STATES.items())
    return {
        "title": "Không có giá trị",
        "description": f"Nói rõ vì sao không có giá trị: {said}.",
        **_object({"state": {"enum": list(STATES)}}, ["state"]),
    }


def _pattern(title: str, pattern: str, *examples: str) -> Schema:
    return {"title": title, "type": "string", "pattern": for_schema(pattern), "examples": list(examples)}


def _place(standard: Standard) -> Schema:
    text = {"type": "string", "maxLength": MAX_PLACE, "pattern": for_schema(patterns.LINE)}
    known = _object(
        {"text": text, "code": _place_code(standard), "code_date": {"$ref": "#/$defs/date"}}, ["text"]
    )
    known["dependentRequired"] = {"code": ["code_date"], "code_date": ["code"]}
    return {
        "title": "Địa danh",
        "description": "Ghi như trong giấy tờ gốc; nếu biết thì kèm mã của đơn vị hành chính nhỏ nhất nhận ra được "
        "(tỉnh: hai chữ số; huyện, đến 30/6/2025: ba; xã: năm) và một ngày mà mã có nghĩa như vậy.",
        "anyOf": [known, _STATE],
    }


def _place_code(standard: Standard) -> Schema:
    """Provinces by name; the lists of districts and communes are too long for a schema, and it names them."""
    if PLACE_LIST not in standard.codes:
        return {"type": "string"}
    below = [
        {
            "title": standard.codes[name].label_vi,
            "type": "string",
            "pattern": f"^[0-9]{{{digits}}}$",
            "x-code-list": name,
        }
        for digits, name in PLACE_LISTS.items()
        if name != PLACE_LIST and name in standard.codes
    ]
    provinces = {"$ref": f"#/$defs/code_{PLACE_LIST}"}
    return {"anyOf": [provinces, *below]} if below else provinces


def _code_list(codes: Codes) -> Schema:
    labels = {row.code: codes.label(row.code) for row in codes}
    return {"title": codes.label_vi, "type": "string", "enum": list(labels), "x-labels": labels}
