"""`ccvc intake`: a template, taking in a file or a database, the corrected file back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccvc.node.cli.application import (
    DEFAULT_HOME,
    Home,
    Json,
    StandardOf,
    app,
    node,
    output,
    progress,
    use_standard_of,
)

if TYPE_CHECKING:
    from ccvc.intake.actions.databases import DatabaseSummary

intake = typer.Typer(help="Nhập hồ sơ từ bảng tính, từ cơ sở dữ liệu của cơ quan.", no_args_is_help=True)
app.add_typer(intake, name="intake")


@intake.command()
def template(
    file: Annotated[Path, typer.Argument(help="Tệp .xlsx sẽ ghi.")] = Path("mau-ho-so.xlsx"),
    home: StandardOf = None,
) -> None:
    """Ghi mẫu bảng tính, sinh từ chuẩn thông tin đang dùng."""
    use_standard_of(home)
    from ccvc.intake.template import write_template

    write_template(file)
    output.say(f"Đã ghi {file}.")


@intake.command()
def take(
    file: Annotated[Path, typer.Argument(help="Tệp .xlsx hoặc .csv.")],
    unit: Annotated[str, typer.Option(help="Mã đơn vị phụ trách.")],
    account: Annotated[str, typer.Option(help="Tài khoản cán bộ thực hiện.")],
    home: Home = DEFAULT_HOME,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Chỉ đọc và báo lỗi, không lập đề nghị.")
    ] = False,
    mapping: Annotated[
        Path | None, typer.Option(help="Tệp ánh xạ .toml: cột nào là trường nào; xác nhận và ghi nhớ.")
    ] = None,
    propose: Annotated[
        bool, typer.Option("--propose", help="Chỉ ghi ánh xạ cột đề xuất ra TỆP.toml, chưa nhập gì.")
    ] = False,
    json: Json = False,
) -> None:
    """Đọc tệp, báo từng ô sai, lập đề nghị thay đổi cho những dòng đúng; chạy lại không lập hai lần."""
    if propose:
        _propose_mapping(file, home)
        return
    with node(home), progress("Nhập", quiet=json) as show:
        from ccvc.access.selectors import subject_of
        from ccvc.intake.actions import take_in
        from ccvc.intake.shapes.files import load
        from ccvc.node.accounts import known_account

        columns = load(mapping) if mapping else None

        subject = subject_of(known_account(account), purpose="Nhập từ tệp")
        summary = take_in(subject, file, unit, dry_run=dry_run, progress=show, mapping=columns).as_json()
    text = "\n".join(f"{key}: {value}" for key, value in summary.items())
    output.result(summary, as_json=json, text=text)


def _propose_mapping(file: Path, home: Path) -> None:
    """Write what the file shows of its columns, or what is remembered of its headings, beside it."""
    with node(home):
        from django.utils import timezone

        from ccvc.intake import reading
        from ccvc.intake.actions.mapping import remembered
        from ccvc.intake.shapes.files import written
        from ccvc.intake.shapes.mapping import Mapping
        from ccvc.intake.survey import survey

        with reading.opened(file, file.name) as source:
            found = survey(source, file.name, timezone.localdate(), remembered)
        target = file.with_suffix(".toml")
        target.write_text(written(Mapping(list(found.shapes))), encoding="utf-8")
    output.say(f"Đã ghi {target}.")


@intake.command()
def database(
    mapping: Annotated[Path, typer.Argument(help="Tệp ánh xạ .toml (docs/intake-from-databases.md).")],
    account: Annotated[str, typer.Option(help="Tài khoản cán bộ thực hiện.")],
    home: Home = DEFAULT_HOME,
    full: Annotated[bool, typer.Option("--full", help="Đọc lại toàn bộ, không chỉ dòng mới.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Chỉ đọc và báo lỗi, không lập đề nghị.")
    ] = False,
    json: Json = False,
) -> None:
    """Đọc cơ sở dữ liệu cơ quan đang dùng (chỉ đọc), giữ bản chụp, nhập như một tệp; lần sau chỉ đọc dòng mới."""
    with node(home), progress("Nhập", quiet=json) as show:
        from ccvc.access.selectors import subject_of
        from ccvc.intake.actions.databases import take_database
        from ccvc.node.accounts import known_account

        subject = subject_of(known_account(account), purpose="Nhập từ cơ sở dữ liệu")
        done = take_database(subject, mapping, full=full, dry_run=dry_run, progress=show)
    output.result(done.as_json(), as_json=json, text=_told(done))


def _told(done: DatabaseSummary) -> str:
    """What was read of a database and what became of it, a line each."""
    lines = [f"source: {done.source}" + (" (toàn bộ)" if done.whole else " (phần mới)")]
    lines += [f"rows {sheet}: {number}" for sheet, number in done.rows.items()]
    for name, found in done.unlisted.items():
        lines.append(f"unlisted {name}: " + ", ".join(f"{word} ({n})" for word, n in found.items()))
    if done.intake is None:
        return "\n".join([*lines, "Không có dòng mới."])
    return "\n".join([*lines, *(f"{key}: {value}" for key, value in done.intake.as_json().items())])


@intake.command()
def corrected(
    intake_id: Annotated[str, typer.Argument(help="Mã lần nhập (in ra sau ccvc intake take).")],
    file: Annotated[Path, typer.Argument(help="Tệp .xlsx sẽ ghi.")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Ghi tệp chỉ gồm các dòng bị từ chối, đánh dấu ô sai, để sửa và nhập lại."""
    with node(home):
        from uuid import UUID

        from ccvc.intake.corrected import write_corrected

        write_corrected(UUID(intake_id), file)
    output.say(f"Đã ghi {file}.")
