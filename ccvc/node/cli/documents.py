"""`ccvc documents`: issuing for one person or many, and judging the signatures on a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output, progress
from ccvc.standard.problems import Problem

if TYPE_CHECKING:
    from ccvc.access.domain import Subject
    from ccvc.documents.verifying import Found

documents = typer.Typer(help="Văn bản từ hồ sơ: xuất, kiểm tra chữ ký.", no_args_is_help=True)
app.add_typer(documents, name="documents")
FORM = "nd27-2026"
Account = Annotated[str, typer.Option(help="Tài khoản cán bộ thực hiện.")]
Signer = Annotated[str, typer.Option(help="Tài khoản người có thẩm quyền sẽ ký.")]
Purpose = Annotated[str, typer.Option(help="Mục đích sử dụng văn bản.")]
FormName = Annotated[
    str, typer.Option("--form", help="Tên biểu mẫu, ví dụ nd27-2026, tt06-2023, 2c-bnv-2008.")
]


def _subject(account: str) -> Subject:
    from ccvc.access.selectors import subject_of
    from ccvc.node.accounts import known_account

    return subject_of(known_account(account))


@documents.command()
def issue(
    person: Annotated[str, typer.Option(help="Số định danh cá nhân.")],
    purpose: Purpose,
    account: Account,
    signer: Signer,
    home: Home = DEFAULT_HOME,
    form: FormName = FORM,
    out: Annotated[Path | None, typer.Option(help="Ghi tệp PDF vừa xuất vào đây.")] = None,
    json: Json = False,
) -> None:
    """Xuất một văn bản, chờ người có thẩm quyền ký."""
    with node(home):
        from ccvc.access.domain import Right
        from ccvc.documents import actions, selectors
        from ccvc.dossiers.selectors import by_personal_ids
        from ccvc.node.accounts import known_account

        subject = _subject(account)
        found = by_personal_ids(subject, [person], right=Right.DOCUMENT_ISSUE).get(person)
        if found is None:
            raise Problem("DOS-UNKNOWN", where=person)
        row = actions.issue(subject, actions.Order(form, [found.key], purpose, known_account(signer)))
        if out is not None:
            out.write_bytes(selectors.opened(subject, row))
    told = {"document": str(row.pk), "number": str(row), "code": row.code}
    output.result(told, as_json=json, text=f"{row} {row.code}")


@documents.command()
def bulk(
    unit: Annotated[str, typer.Option(help="Mã đơn vị; cả đơn vị cấp dưới.")],
    purpose: Purpose,
    account: Account,
    signer: Signer,
    home: Home = DEFAULT_HOME,
    form: FormName = FORM,
    json: Json = False,
) -> None:
    """Xuất cho từng người của một đơn vị; dừng giữa chừng thì tiến trình nền của nút làm tiếp."""
    with node(home), progress("Xuất văn bản", quiet=json) as show:
        from ccvc.documents import actions, selectors
        from ccvc.node.accounts import known_account

        subject = _subject(account)
        keys = [key for key, _name in selectors.heads(subject, unit, {})]
        run = actions.start(subject, actions.Order(form, keys, purpose, known_account(signer)))
        actions.go_on(run.pk, show)
        failed, names = selectors.failed(subject, run)
        told: dict[str, Any] = {
            "run": str(run.pk),
            "issued": run.documents.count(),
            "failed": [{"person": names.get(one.person_key, ""), **(one.problem or {})} for one in failed],
        }
    lines = [f"Đã xuất: {told['issued']}"]
    lines += [f"Không xuất được: {one['person']}: {one['code']} {one['message']}" for one in told["failed"]]
    output.result(told, as_json=json, text="\n".join(lines))


@documents.command()
def verify(
    file: Annotated[Path, typer.Argument(help="Tệp PDF.", exists=True, dir_okay=False)],
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> None:
    """Kiểm tra từng chữ ký trên một tệp PDF theo các tổ chức chứng thực nút này tin cậy; mã kết thúc 1 nếu có lỗi."""
    with node(home):
        from ccvc.documents.verifying import signatures

        found = signatures(file.read_bytes())
    output.result([_told(one) for one in found], as_json=json, text="\n".join(map(_line, found)))
    if not found or not all(one.verdict.ok for one in found):
        raise typer.Exit(1)


def _told(one: Found) -> dict[str, Any]:
    at = one.at.isoformat() if one.at else None
    verdict = {"status": one.verdict.status, "code": one.verdict.code, "message": one.verdict.message}
    return {
        "field": one.field,
        "name": one.name,
        "agency": one.agency,
        "at": at,
        "stamped": one.stamped,
        **verdict,
    }


def _line(one: Found) -> str:
    when = f"{one.at:%d/%m/%Y %H:%M:%S %z}" if one.at else "?"
    return f"{one.field}: {one.name} ({one.agency}), {when}: {one.verdict.status}, {one.verdict.message}"
