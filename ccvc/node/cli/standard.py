"""`ccvc standard`: show."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ccvc import standard as declared
from ccvc.node.cli.application import Json, app, output
from ccvc.standard import Field, Standard

standard = typer.Typer(help="Chuẩn thông tin: mọi trường, khai báo một lần.", no_args_is_help=True)
app.add_typer(standard, name="standard")


@standard.command()
def show(
    json: Json = False,
    version: Annotated[
        str | None, typer.Option(help="Phiên bản chuẩn thông tin, ví dụ 2023-05; mặc định là bản đang dùng.")
    ] = None,
) -> None:
    """Liệt kê mọi trường của một phiên bản chuẩn thông tin."""
    shown = declared.of(version) if version else declared.current()
    fields = [_field(field, shown) for field in shown.fields.values()]
    text = "\n".join(f"{f['name']:45} {f['type']:13} {f['label_vi']}" for f in fields)
    output.result({"version": shown.version, "fields": fields}, as_json=json, text=text)


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
