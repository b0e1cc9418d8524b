"""`ccvc catalogue`: publish a change set of a code list; list what was published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output
from ccvc.standard.problems import Problem

if TYPE_CHECKING:
    from ccvc.catalogues.domain import Changed

catalogue = typer.Typer(help="Danh mục mã: công bố mã mới, đóng mã cũ.", no_args_is_help=True)
app.add_typer(catalogue, name="catalogue")


@catalogue.command()
def publish(
    file: Annotated[
        Path, typer.Argument(help="Tệp CSV hoặc Excel: code, label_vi, valid_from, valid_to, successors…")
    ],
    list_name: Annotated[str, typer.Option("--list", help="Tên danh mục, ví dụ provinces.")],
    basis: Annotated[str, typer.Option(help="Căn cứ: số, ngày, cơ quan ban hành văn bản.")],
    account: Annotated[str, typer.Option(help="Tài khoản người công bố.")],
    home: Home = DEFAULT_HOME,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem sẽ thay đổi gì.")] = False,
    json: Json = False,
) -> None:
    """Công bố thay đổi của một danh mục tới mọi cơ quan (chỉ ở nút quốc gia)."""
    if not file.is_file():
        raise Problem("CAT-FILE", where=str(file), reason="không có tệp này")
    with node(home):
        from ccvc.access.selectors import subject_of
        from ccvc.catalogues import actions, reading, selectors
        from ccvc.node.accounts import known_account

        subject, rows = subject_of(known_account(account)), reading.read(file.read_bytes())
        shown = selectors.preview(subject, list_name=list_name, rows=rows, basis=basis)
        number = None
        if not dry_run:
            kept = actions.publish(subject, list_name=list_name, rows=rows, basis=basis, seen=shown.digest)
            number = kept.number
    changed = [_told(change) for change in shown.merged.changed]
    text = "\n".join(f"{one['kind']:8} {one['code']:12} {one['label_vi']}" for one in changed)
    output.result({"number": number, "list": list_name, "changed": changed}, as_json=json, text=text)
    output.say("Chưa công bố (chạy thử)." if dry_run else f"Đã công bố đợt {number}.")


def _told(change: Changed) -> dict[str, Any]:
    after = change.after
    return {
        "kind": change.kind,
        "code": after.code,
        "label_vi": after.label_vi,
        "valid_from": after.valid_from,
        "valid_to": after.valid_to,
        "successors": list(after.successors),
    }


@catalogue.command("list")
def list_(home: Home = DEFAULT_HOME, json: Json = False) -> None:
    """Các đợt công bố nút này đang dùng, mới nhất trước."""
    with node(home):
        from ccvc.catalogues import selectors

        shown = selectors.shown(list(selectors.change_sets()))
    found = [
        {
            "number": one.change_set.number,
            "list": one.change_set.list_name,
            "published_at": one.change_set.published_at,
            "published_by": one.change_set.published_by,
            "basis": one.change_set.basis,
            "changed": len(one.changed),
            "problem": one.problem.code if one.problem else None,
        }
        for one in shown
    ]
    text = "\n".join(f"{o['number']:4} {o['list']:24} {o['changed']:5} {o['basis']}" for o in found)
    output.result({"change_sets": found}, as_json=json, text=text)
