"""`ccvc dossiers`: rebuild-spans."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output

if TYPE_CHECKING:
    from ccvc.dossiers.rebuilding import Rebuilt

dossiers = typer.Typer(
    help="Hồ sơ: những gì được suy ra từ các phiên bản đã phê duyệt.", no_args_is_help=True
)
app.add_typer(dossiers, name="dossiers")
SHOWN = 20


@dossiers.callback()
def _group() -> None:
    """Keep `rebuild-spans` a command of its own while it is the only one."""


@dossiers.command("rebuild-spans")
def rebuild_spans(
    home: Home = DEFAULT_HOME,
    json: Json = False,
    check: Annotated[bool, typer.Option("--check", help="Chỉ so sánh và báo, không ghi lại.")] = False,
) -> None:
    """So các khoảng thời gian của hồ sơ (cả ở nút quốc gia) với các phiên bản; ghi lại chỗ lệch. Mã 1 nếu có."""
    with node(home):
        from ccvc.dossiers import actions as component
        from ccvc.registry import actions as national

        by = "system:spans"
        done = [_last(room.rebuild_spans(by=by, mend=not check)) for room in (component, national)]
    found = [row for rebuilt in done for row in _rows(rebuilt)]
    people = sum(rebuilt.people for rebuilt in done)
    result = {"people": people, "damaged": len({row["person"] for row in found}), "found": found}
    output.result(result, as_json=json, text=_text(result, check=check))
    if found:
        raise typer.Exit(1)


def _last(steps: Iterable[Rebuilt]) -> Rebuilt:
    from ccvc.dossiers.rebuilding import Rebuilt

    done = Rebuilt()
    for done in steps:
        output.say(f"Đã so {done.people} hồ sơ, lệch {len(done.found)}.")
    return done


def _rows(rebuilt: Rebuilt) -> list[dict[str, Any]]:
    return [
        {
            "person": str(key),
            "what": damage.what,
            "valid_from": damage.valid_from.isoformat() if damage.valid_from else None,
            "known_from": damage.known_from.isoformat() if damage.known_from else None,
            "columns": list(damage.columns),
        }
        for key, wrong in rebuilt.found.items()
        for damage in wrong
    ]


WORDS = {"missing": "thiếu", "extra": "thừa", "changed": "khác"}


def _text(result: dict[str, Any], *, check: bool) -> str:
    if not result["found"]:
        return f"Các khoảng thời gian của {result['people']} hồ sơ khớp với phiên bản."
    lines = [
        f"{row['person']}: {WORDS[row['what']]} khoảng từ {row['valid_from']} {' '.join(row['columns'])}".rstrip()
        for row in result["found"][:SHOWN]
    ]
    done = "chưa ghi lại (--check)" if check else "đã ghi lại"
    return "\n".join([*lines, f"{result['damaged']} trên {result['people']} hồ sơ lệch, {done}."])
