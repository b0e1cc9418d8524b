"""`ccvc standard`: show, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from ccvc import standard as declared
from ccvc.node.cli.application import Json, StandardOf, app, output, use_standard_of
from ccvc.standard import Field, Standard

standard = typer.Typer(help="Chuẩn thông tin: mọi trường, khai báo một lần.", no_args_is_help=True)
app.add_typer(standard, name="standard")


@standard.command()
def show(
    json: Json = False,
    version: Annotated[
        str | None, typer.Option(help="Phiên bản chuẩn thông tin, ví dụ 2023-05; mặc định là bản đang dùng.")
    ] = None,
    home: StandardOf = None,
) -> None:
    """Liệt kê mọi trường của một phiên bản chuẩn thông tin."""
    use_standard_of(home)
    shown = declared.of(version) if version else declared.current()
    fields = [_field(field, shown) for field in shown.fields.values()]
    text = "\n".join(f"{f['name']:45} {f['type']:13} {f['label_vi']}" for f in fields)
    output.result({"version": shown.version, "fields": fields}, as_json=json, text=text)


@standard.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Thư mục để ghi các tệp.")],
    version: Annotated[
        str | None, typer.Option(help="Phiên bản chuẩn thông tin; mặc định là bản đang dùng.")
    ] = None,
    home: StandardOf = None,
) -> None:
    """Ghi chuẩn thông tin ra tệp: lược đồ JSON, OpenAPI, từ điển dữ liệu Excel, hồ sơ mẫu."""
    use_standard_of(home)
    chosen = declared.of(version) if version else declared.current()
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in _files(chosen).items():
        (folder / name).write_bytes(content)
    output.say(f"Đã ghi chuẩn thông tin {chosen.version} vào {folder}.")


def _files(chosen: Standard) -> dict[str, bytes]:
    from ccvc.simulation.example import example
    from ccvc.standard import publication

    before = [v for v in declared.versions().values() if v.newer == chosen.version]
    changed = [change for version in before for change in publication.changes(version, chosen)]
    documents = {
        "schema.json": declared.json_schema(chosen),
        "schema-national.json": declared.json_schema(chosen.national),
        "openapi.json": publication.openapi(chosen),
        "example.json": example(chosen.version),
        "example-national.json": example(chosen.version, national=True),
    }
    files = {name: orjson.dumps(document, option=orjson.OPT_INDENT_2) for name, document in documents.items()}
    return files | {"dictionary.xlsx": publication.dictionary(chosen, changed)}


def _field(field: Field, shown: Standard) -> dict[str, Any]:
    valid_to = field.valid_to or shown.valid_to
    return {
        "name": field.path,
        "label_vi": field.label_vi,
        "group": field.group,
        "type": field.type,
        "code_list": field.code_list,
        "cardinality": "many" if field.table or field.type == "codes" else "one",
        "sensitivity": field.sensitivity,
        "owner": field.owner,
        "national": field.national,
        "declared_by": list(field.declared_by),
        "basis": field.basis,
        "certainty": field.certainty,
        "valid_from": field.valid_from.isoformat(),
        "valid_to": valid_to.isoformat() if valid_to else None,
        "form_items": dict(field.form_items),
        "number": field.number,
    }
