"""`ccvc quality`: judge, scores."""

from __future__ import annotations

from typing import Annotated

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output

quality = typer.Typer(
    help="Chất lượng dữ liệu: đúng, đủ, sạch, sống; điểm cần xem và điểm số.", no_args_is_help=True
)
app.add_typer(quality, name="quality")


@quality.command()
def judge(
    home: Home = DEFAULT_HOME,
    json: Json = False,
    again: Annotated[
        bool, typer.Option("--all", help="Đánh giá lại mọi hồ sơ, kể cả hồ sơ đã đánh giá hôm nay.")
    ] = False,
) -> None:
    """Đánh giá chất lượng dữ liệu của những hồ sơ đến lượt, in điểm của từng nhóm."""
    with node(home):
        from ccvc.access.domain import Subject
        from ccvc.quality.actions import judge_due
        from ccvc.quality.presentation import FAMILY_LABELS
        from ccvc.quality.selectors import family_scores

        done = judge_due(again=again)
        found = family_scores(Subject.system("quality"))
    result = {
        "people": done.people,
        "seconds": round(done.seconds, 2),
        "per_second": round(done.speed),
        "scores": {
            family: {"score": round(score, 2), "findings": count} for family, (score, count) in found.items()
        },
    }
    lines = [
        f"{FAMILY_LABELS[family]!s:10} {score:6.2f}   {count} điểm cần xem"
        for family, (score, count) in found.items()
    ]
    head = f"Đã đánh giá {done.people} hồ sơ, {done.speed:.0f} hồ sơ mỗi giây."
    output.result(result, as_json=json, text="\n".join([head, *lines]))


@quality.command()
def scores(home: Home = DEFAULT_HOME, json: Json = False) -> None:
    """Điểm của từng đơn vị (ở nút quốc gia: từng cơ quan), và trung bình từng ngày trong 90 ngày qua."""
    with node(home):
        from ccvc.access.domain import Subject
        from ccvc.quality.selectors import unit_scores

        found = unit_scores(Subject.system("quality"))
    result = [
        {
            "code": unit.code,
            "name": unit.name,
            "people": unit.people,
            "findings": unit.findings,
            "score": round(unit.mean, 2),
            "families": {family: round(score, 2) for family, score in unit.families.items()},
            "days": [
                {"on": day.isoformat(), "score": round(score, 2)}
                for day, score in zip(unit.days, unit.trend, strict=True)
            ],
        }
        for unit in found
    ]
    lines = [
        f"{unit.mean:6.2f}  {unit.code:12} {unit.name}: {unit.people} hồ sơ, {unit.findings} điểm cần xem"
        for unit in found
    ]
    output.result(result, as_json=json, text="\n".join(lines) or "Chưa có điểm nào: chạy ccvc quality judge.")
