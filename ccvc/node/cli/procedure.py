"""`ccvc procedure`: set procedures of approval from a file; list those in force."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output
from ccvc.standard.problems import Problem

procedure = typer.Typer(help="Quy trình phê duyệt nội bộ.", no_args_is_help=True)
app.add_typer(procedure, name="procedure")


@procedure.command("set")
def set_(
    file: Annotated[Path, typer.Argument(help="Tệp TOML, mỗi quy trình một mục [[procedure]].")],
    account: Annotated[str, typer.Option(help="Tài khoản người đặt quy trình.")],
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> None:
    """Đặt quy trình theo quyết định; tất cả hoặc không gì cả."""
    if not file.is_file():
        raise Problem("CHG-PROCEDURE", where=str(file), reason="không có tệp này")
    with node(home):
        from django.db import transaction

        from ccvc.access.selectors import subject_of
        from ccvc.changes import actions, procedures
        from ccvc.node.accounts import known_account

        subject = subject_of(known_account(account))
        with transaction.atomic():
            made = [str(actions.set_procedure(subject, one)) for one in procedures.read(file.read_bytes())]
    output.result({"procedures": made}, as_json=json, text="\n".join(made))
    output.say(f"Đã đặt {len(made)} quy trình.")


@procedure.command("list")
def list_(home: Home = DEFAULT_HOME, json: Json = False) -> None:
    """Các quy trình đang và sẽ có hiệu lực."""
    with node(home):
        from ccvc.access.domain import Subject
        from ccvc.changes.selectors import procedures

        found = [
            {
                "name": str(one),
                "title": one.said.title,
                "steps": [rule.step for rule in one.said.steps],
                "from": one.valid_from.isoformat(),
                "to": one.valid_to.isoformat() if one.valid_to else None,
                "decision": one.decision_number,
            }
            for one in procedures(Subject.system("command"))
        ]
    text = "\n".join(f"{o['name']:16} {o['from']} {o['title']} ({o['decision']})" for o in found)
    output.result({"procedures": found}, as_json=json, text=text)
