"""What every command shares: the application, the node it speaks to, how it prints."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ccvc.standard.problems import Problem

app = typer.Typer(
    name="ccvc",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Cơ sở dữ liệu quốc gia về cán bộ, công chức, viên chức: một nút, một dòng lệnh.",
)

Home = Annotated[
    Path,
    typer.Option(
        "--home", "-H", envvar="CCVC_HOME", help="Thư mục của nút (chứa node.toml).", show_default=True
    ),
]
StandardOf = Annotated[
    Path | None,
    typer.Option(
        "--home",
        "-H",
        envvar="CCVC_HOME",
        help="Nút có chuẩn thông tin cần xem (phiên bản và trường riêng của nút ấy); để trống: bản mới nhất.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON cho chương trình đọc.")]
DEFAULT_HOME = Path(".ccvc")


class Output:
    """Words for people on standard error, results on standard output."""

    def __init__(self) -> None:
        self.people = Console(stderr=True, highlight=False)

    def say(self, text: str) -> None:
        """A line for people."""
        self.people.print(text)

    def line(self, text: str) -> None:
        """A line for people as it is: brackets stand for themselves, and the terminal wraps it."""
        self.people.print(text, markup=False, soft_wrap=True)

    def problem(self, problem: Problem) -> None:
        """A problem: what was wrong, where, what to do next, and its code."""
        self.people.print(f"[bold red]{problem.code}[/] {problem.message('vi')}", markup=True)
        if problem.where:
            self.people.print(f"  Ở: {problem.where}", markup=False)
        self.people.print(f"  → {problem.next_step('vi')}", markup=False)

    def result(self, value: Any, *, as_json: bool, text: str) -> None:
        """A result: one JSON object, or text."""
        typer.echo(orjson.dumps(value, default=str).decode() if as_json else text)


output = Output()


def use_home(home: Path, *, must_exist: bool = True) -> Path:
    """Make this folder the process's node; Problem NOD-NO-HOME where it is none."""
    home = home.resolve()
    if must_exist and not (home / "node.toml").exists():
        raise Problem("NOD-NO-HOME", where=str(home))
    os.environ["CCVC_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ccvc.node.django_settings")
    return home


@contextmanager
def node(home: Path) -> Iterator[None]:
    """The node in this folder: database up and migrated, rooms loaded."""
    use_home(home)
    from ccvc.node import service

    with service.ready():
        yield


def use_standard_of(home: Path | None) -> None:
    """Work by the standard a node works by, where one is named: its version, its own fields. No database is opened."""
    if home is not None:
        use_home(home)
        import django

        django.setup()


@contextmanager
def progress(title: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A progress bar fed with (done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=output.people, disable=quiet or not output.people.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
