"""`ccvc decisions`: judge-again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output
from ccvc.standard.problems import Problem

if TYPE_CHECKING:
    from ccvc.decisions.judging import Difference, Judged
    from ccvc.decisions.models import Decision

decisions = typer.Typer(help="Quyết định nhân sự: xét lại kết quả đã niêm phong.", no_args_is_help=True)
app.add_typer(decisions, name="decisions")


@decisions.callback()
def _decisions() -> None:
    """Keep `judge-again` a word of its own, though it is the only command."""


@decisions.command(name="judge-again")
def judge_again(
    decision: Annotated[str, typer.Argument(help="Mã quyết định; để trống: mọi quyết định đã ký.")] = "",
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> None:
    """Xét lại các điều kiện đã niêm phong theo pháp luật được biết hiện nay cho ngày khi đó; nêu từng chỗ khác.

    Mã thoát 1 khi có chỗ khác mà khi đó không được cho qua.
    """
    with node(home):
        rows = _chosen(decision)
        judged = [one for row in rows for one in _judged(row)]
    told = [_told(one) for one in judged]
    text = "\n".join(
        [f"Đã xét lại {len(rows)} quyết định.", *(_line(j, d) for j in judged for d in j.differences)]
    )
    output.result({"decisions": told}, as_json=json, text=text)
    if not all(one.stands for one in judged):
        sys.exit(1)


def _judged(row: Decision) -> list[Judged]:
    from ccvc.decisions.judging import judge_again

    return judge_again(row)


def _chosen(wanted: str) -> list[Decision]:
    from ccvc.decisions.judging import signed
    from ccvc.decisions.models import Decision, State

    if not wanted:
        return list(signed())
    try:
        key = UUID(wanted)
    except ValueError as error:
        raise Problem("DEC-UNKNOWN") from error
    row = Decision.objects.filter(pk=key).select_related("about").first()
    if row is None:
        raise Problem("DEC-UNKNOWN")
    if row.state not in {State.SIGNED, State.SUBMITTED}:
        raise Problem("DEC-STATE", state=str(State(row.state).label))
    return [row]


def _told(one: Judged) -> dict[str, object]:
    head = {
        "decision": one.decision,
        "moment": one.moment,
        "sealed_by": one.sealed_by,
        "judged_by": one.judged_by,
    }
    return {**head, "people": one.people, "differences": [d.as_json() for d in one.differences]}


def _line(judged: Judged, one: Difference) -> str:
    was, found = one.sealed or "không hỏi", one.found or "không hỏi"
    passed = " (khi đó đã được cho qua)" if one.passed else ""
    when = {"submitted": "khi trình", "signed": "khi ký"}[judged.moment]
    return f"  {one.decision} {one.person} {one.condition}: {when} {was}, nay {found}{passed}"
