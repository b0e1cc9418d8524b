"""`ccvc exchange`: enrol, join, send, receive, status, check."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, node, output, progress
from ccvc.standard.problems import Problem

if TYPE_CHECKING:
    from ccvc.exchange.selectors import PeerStatus, Proof

exchange = typer.Typer(help="Trao đổi gói dữ liệu giữa nút thành phần và nút quốc gia.", no_args_is_help=True)
app.add_typer(exchange, name="exchange")


@exchange.command()
def enrol(
    request: Annotated[Path, typer.Argument(help="Tệp yêu cầu kết nối của nút thành phần.")],
    home: Home = DEFAULT_HOME,
    folder: Annotated[Path | None, typer.Option(help="Thư mục trao đổi ở phía này, nếu đi bằng tệp.")] = None,
    component_folder: Annotated[
        Path | None, typer.Option(help="Cùng thư mục đó, nhìn từ nút thành phần.")
    ] = None,
) -> None:
    """Cấp chứng thư cho một nút thành phần (chạy ở nút quốc gia)."""
    with node(home):
        from ccvc.node import enrolment

        answer = enrolment.enrol(request, folder=folder, component_folder=component_folder)
        seen = enrolment.fingerprint(answer)
    output.say(f"Đã cấp. Gửi tệp {answer} cho nút thành phần, và đọc cho họ dấu vân tay: {seen}")


@exchange.command()
def join(
    answer: Annotated[Path, typer.Argument(help="Tệp trả lời của nút quốc gia.")],
    home: Home = DEFAULT_HOME,
    fingerprint: Annotated[
        str | None, typer.Option(help="Dấu vân tay do quản trị viên nút quốc gia đọc.")
    ] = None,
) -> None:
    """Nhận chứng thư và bắt đầu gửi cho nút quốc gia (chạy ở nút thành phần)."""
    with node(home):
        from ccvc.node import enrolment

        national = enrolment.join(answer, fingerprint=fingerprint)
    output.say(f"Đã kết nối với nút quốc gia {national}.")


@exchange.command()
def send(home: Home = DEFAULT_HOME, json: Json = False) -> None:
    """Đóng gói những gì đã phê duyệt và gửi đi; gói chưa tới được sẽ gửi lại."""
    with node(home), progress("Gửi", quiet=json) as show:
        from ccvc.exchange import tasks

        done = 0

        def step(count: int) -> None:
            nonlocal done
            done += count
            show(done, done)

        report = tasks.send_all(step).as_json()
    _finish(
        report,
        as_json=json,
        text=f"Đã gửi {report['delivered']} gói, {report['changes']} thay đổi mới đóng gói.",
    )


@exchange.command()
def receive(home: Home = DEFAULT_HOME, json: Json = False) -> None:
    """Lấy và xử lý những gói đã tới."""
    with node(home), progress("Nhận", quiet=json) as show:
        from ccvc.exchange import tasks

        done = 0

        def step(count: int) -> None:
            nonlocal done
            done += count
            show(done, done)

        report = tasks.receive_all(step).as_json()
    text = (
        f"Đã nhận {report['fetched']} gói, xử lý {report['processed']}, từ chối {report['refused']} bản ghi."
    )
    _finish(report, as_json=json, text=text)


def _finish(report: dict[str, Any], *, as_json: bool, text: str) -> None:
    output.result(report, as_json=as_json, text=text)
    for agency, problem in report["problems"].items():
        output.say(f"[red]{problem['code']}[/] {agency}: {problem['message']} → {problem['next']}")
    if report["problems"]:
        raise typer.Exit(1)


@exchange.command()
def status(
    home: Home = DEFAULT_HOME,
    json: Json = False,
    prove: Annotated[bool, typer.Option(help="Đối chiếu từng người với nút bên kia.")] = False,
) -> None:
    """Tình trạng trao đổi; --prove chứng minh hai bên giữ đúng như nhau, hoặc nêu từng khác biệt."""
    with node(home):
        from ccvc.access.domain import Subject
        from ccvc.exchange import selectors

        subject = Subject.system("command")
        found = selectors.status(subject)
        proofs = selectors.prove(subject) if prove else []
    result = asdict(found) | {"in_step": found.in_step}
    if prove:
        result["proofs"] = [proof.as_json() for proof in proofs]
    lines = [_peer_line(peer) for peer in found.peers] + [_proof_line(proof) for proof in proofs]
    output.result(result, as_json=json, text="\n".join(lines) or "Chưa kết nối với nút nào.")
    if not all(proof.holds for proof in proofs):
        raise typer.Exit(1)


def _peer_line(peer: PeerStatus) -> str:
    state = "khớp" if peer.in_step else "chưa khớp"
    sent = f"đã gửi {peer.sent_changes}, được nhận {peer.accepted}, bị từ chối {peer.refused}"
    taken = f"đã nhận {peer.taken_packages} gói, {peer.taken_records} bản ghi"
    waits = f"chưa đóng gói {peer.unpacked}, chờ gửi {peer.waiting}, chờ biên nhận {peer.unreceipted}"
    alarms = "".join(f"; CẢNH BÁO: {alarm.message('vi')}" for alarm in peer.alarms)
    return f"{peer.agency} {peer.name}: {state}; {sent}; {taken}; {waits}{alarms}"


def _proof_line(proof: Proof) -> str:
    verdict = "ĐÚNG, hai bên giữ như nhau" if proof.holds else "SAI, có khác biệt không giải thích được"
    counts = f"bên này {proof.here} người, bên kia {proof.there}, trùng khớp {proof.agreed}"
    return f"Đối chiếu với {proof.peer}: {verdict}; {counts}; khác biệt {len(proof.differences)}"


@exchange.command("new-history")
def new_history(
    reason: Annotated[str, typer.Option(help="Vì sao: văn bản hoặc người xác nhận nút kia đã khôi phục.")],
    home: Home = DEFAULT_HOME,
    agency: Annotated[str | None, typer.Option(help="Nút gửi; để trống: nút quốc gia.")] = None,
    json: Json = False,
) -> None:
    """Nhận tiếp từ một nút đã khôi phục từ bản sao cũ; các gói đã nhận trước đó được giữ nguyên."""
    with node(home):
        from ccvc.access.domain import Subject
        from ccvc.exchange.actions import take_up_history
        from ccvc.node.settings import node_settings

        sender = agency or node_settings().national_agency
        done = take_up_history(Subject.system("command"), sender, reason=reason)
    text = (
        f"Từ nay nhận lịch sử thứ {done.epoch + 1}, sau gói số {done.common}. "
        f"Các gói số {done.common + 1} đến {done.held} của lịch sử trước được giữ nguyên."
    )
    output.result(asdict(done), as_json=json, text=text)


@exchange.command()
def check(
    package: Annotated[Path, typer.Argument(help="Tệp gói (.ccvc).")],
    key: Annotated[
        Path | None, typer.Option(help="Khoá giải mã của bên nhận (PEM), để kiểm tra cả nội dung.")
    ] = None,
    trust: Annotated[
        Path | None,
        typer.Option(help="Thư mục trust của một nút, hay thư mục có trust.pem và trust.crl.pem."),
    ] = None,
    receiver: Annotated[str | None, typer.Option(help="Mã cơ quan nhận mong đợi.")] = None,
    json: Json = False,
) -> None:
    """Nói chính xác một gói sai ở đâu, cho người viết phần mềm của cơ quan khác."""
    from ccvc.exchange.domain.checking import check_file
    from ccvc.signing import keys, store

    opened = keys.from_pem(_text(key)) if key else None
    found = check_file(package, key=opened, trust=store.trust_in(trust) if trust else None, receiver=receiver)
    output.result(found.as_json(), as_json=json, text=found.as_text())
    if not found.ok:
        raise typer.Exit(1)


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError as error:
        raise Problem("NOD-FILE", where=str(file), reason=str(error)) from error
