"""Building the demonstration: five nodes made and joined, people taken in, approved, sent, accepted, proved."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from ccvc.node import home as homes
from ccvc.node.cli.run import exchange_command, start, stop_all
from ccvc.node.demo.plan import (
    ACCOUNTS,
    AUTHORITY,
    COMPONENTS,
    EXCHANGE_PORT,
    NATIONAL,
    NATIONAL_NODE,
    NODES,
    POSTGRES,
    RESULT,
    SERVICES_PORT,
    NodePlan,
)
from ccvc.node.postgres import Postgres
from ccvc.node.serving import free_port, run_ready_check
from ccvc.simulation.authority import DemoAuthority
from ccvc.standard.problems import Problem

Say = Callable[[str], None]
Stages = dict[str, list[dict[str, Any]]]
AT_ONCE = 2
PATIENCE = 1800.0


def prepare(root: Path, *, people: int, seed: int, say: Say) -> dict[str, Any]:
    """Build the demonstration in a folder, or return what an earlier run built there; the counts and seconds."""
    done = root / RESULT
    if done.exists():
        say(f"Dùng lại dữ liệu đã có trong {root}.")
        return dict(orjson.loads(done.read_bytes()))
    root.mkdir(parents=True, exist_ok=True)
    with Postgres(root / POSTGRES).running(NATIONAL_NODE.database):
        result = _build(root, people, seed, say)
    done.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))
    return result


def _build(root: Path, people: int, seed: int, say: Say) -> dict[str, Any]:
    seconds: dict[str, float] = {}
    password = f"trinh-dien-{secrets.token_hex(3)}"
    authority = DemoAuthority.open(root / AUTHORITY)
    authority.serve_at(free_port(SERVICES_PORT))
    port = free_port(EXCHANGE_PORT)
    with timed(seconds, "setup", say, "Tạo năm nút và kết nối với nhau"):
        founded = _found(root, port, password, authority)
    with authority_services(root), national_endpoint(root, port):
        with timed(
            seconds, "load", say, f"Nhập, kiểm tra, thẩm định, ký, gửi {people} người qua bốn nút thành phần"
        ):
            loaded = _load(root, people, seed, password)
        with timed(seconds, "accept", say, "Nút quốc gia tiếp nhận"):
            accepted = _lines(_national("accept", root, password), NATIONAL_NODE.home(root))[-1]
        with timed(
            seconds, "receipts", say, "Các nút thành phần nhận biên nhận; đối chiếu từng người hai bên"
        ):
            finished = _each(
                lambda node: _lines(_component("finish", node.home(root), password), node.home(root))
            )
    found = {agency: stages[-1]["accounts"] for agency, stages in loaded.items()}
    write_accounts(root, NODES, found | {NATIONAL: founded["accounts"]})
    return _result(loaded, accepted, finished, seconds)


@contextmanager
def timed(seconds: dict[str, float], name: str, say: Say, text: str) -> Iterator[None]:
    """Say what is being done, and keep how long it took."""
    say(f"• {text} …")
    started = time.perf_counter()
    yield
    seconds[name] = round(time.perf_counter() - started, 2)
    say(f"  xong sau {seconds[name]} giây")


def _found(root: Path, port: int, password: str, authority: DemoAuthority) -> dict[str, Any]:
    """Make the five homes; the national node founds the scheme and enrols the components."""
    for node in NODES:
        homes.create(
            node.home(root),
            kind="national" if node is NATIONAL_NODE else "component",
            agency=node.agency,
            name=node.name,
            web_port=node.port,
            exchange_port=port,
            national_agency=NATIONAL,
            database=node.database,
            postgres_folder=f"../{POSTGRES}",
            synthetic=True,
            exchange_interval=5.0,
            timestamp_urls=[authority.url("tsa")],
        )
    return _lines(_national("found", root, password), NATIONAL_NODE.home(root))[-1]


@contextmanager
def authority_services(root: Path) -> Iterator[None]:
    """The stand-in services of the demonstration's authority: time stamps, and the state of certificates."""
    folder = root / AUTHORITY
    process = start_services(folder)
    try:
        run_ready_check("127.0.0.1", DemoAuthority.open(folder).port or 0, process, folder / "services.log")
        yield
    finally:
        stop_all([process])


def start_services(folder: Path) -> subprocess.Popen[bytes]:
    """Their process, answering on the port that certificates name."""
    return start([sys.executable, "-m", "ccvc.simulation.services", str(folder)], folder / "services.log")


@contextmanager
def national_endpoint(root: Path, port: int) -> Iterator[None]:
    """The national node's exchange endpoint, up while packages are delivered."""
    home = NATIONAL_NODE.home(root)
    os.environ["CCVC_HOME"] = str(home)
    process = start(exchange_command(home, "127.0.0.1", port), home / "logs" / "exchange.log")
    try:
        run_ready_check("127.0.0.1", port, process, home / "logs" / "exchange.log")
        yield
    finally:
        stop_all([process])


def _load(root: Path, people: int, seed: int, password: str) -> Stages:
    arguments = [str(people), str(seed), password, str(root / AUTHORITY)]
    return _each(lambda node: _lines(_component("load", node.home(root), *arguments), node.home(root)))


def _each(act: Callable[[NodePlan], list[dict[str, Any]]]) -> Stages:
    """Carry out an act for every component, two at once; what each printed, by agency."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = pool.map(act, COMPONENTS)
        return {node.agency: lines for node, lines in zip(COMPONENTS, results, strict=True)}


def _component(step: str, home: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "ccvc.node.demo.component", step, str(home), *arguments]


def _national(step: str, root: Path, password: str) -> list[str]:
    return [sys.executable, "-m", "ccvc.node.demo.national", step, str(root), password]


def _lines(command: list[str], home: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in call(command, home).splitlines() if line.startswith("{")]


def call(command: list[str], home: Path) -> str:
    """Run one command to its end; Problem NOD-STAGE with its last words where it fails."""
    environment = os.environ | {"CCVC_HOME": str(home), "DJANGO_SETTINGS_MODULE": "ccvc.node.django_settings"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    if done.returncode != 0:
        words = (done.stderr or done.stdout).strip().splitlines()[-12:]
        raise Problem("NOD-STAGE", where=str(home), command=" ".join(command[1:5]), words="\n".join(words))
    return done.stdout


def write_accounts(root: Path, nodes: Sequence[NodePlan], found: Mapping[str, list[dict[str, Any]]]) -> None:
    """Keep who may sign in where, for whoever serves the nodes and takes pictures of their pages."""
    listed: list[dict[str, Any]] = [
        {
            "agency": n.agency,
            "name": n.name,
            "address": f"http://127.0.0.1:{n.port}/",
            "accounts": found[n.agency],
        }
        for n in nodes
    ]
    file = root / ACCOUNTS
    file.touch(mode=0o600)
    by_name = {
        f"{node['agency']}.{account['username']}": account | {"url": node["address"]}
        for node in listed
        for account in node["accounts"]
    }
    file.write_bytes(orjson.dumps({"nodes": listed, "accounts": by_name}, option=orjson.OPT_INDENT_2))


def _result(
    loaded: Stages, accepted: dict[str, Any], finished: Stages, seconds: dict[str, float]
) -> dict[str, Any]:
    """The counts of the whole way: `register` = `accepted` = `approved` − `refused`."""
    total = {key: _sum(loaded, key) for key in ("rows", "taken_in", "refused_at_intake", "approved", "sent")}
    proofs = [*accepted["proofs"], *(p for stages in finished.values() for p in stages[-1]["proofs"])]
    by_stage = {
        f"{agency}.{line['stage']}": line["seconds"]
        for both in (loaded, finished)
        for agency, stages in both.items()
        for line in stages
        if line["stage"] != "accounts"
    }
    return {
        **total,
        "accepted": accepted["accepted"],
        "refused": accepted["refused"],
        "register": sum(proof["here"] for proof in accepted["proofs"]),
        "decisions": _decided(finished),
        "proved": all(proof["holds"] for proof in proofs),
        "seconds": {**seconds, **by_stage},
    }


def _decided(finished: Stages) -> dict[str, int]:
    """What became of the decisions: people raised, decisions signed, drafts stopped, dossiers opened."""
    told = [line for stages in finished.values() for line in stages if line["stage"] == "decisions"]
    return {
        name: sum(line.get(name, 0) for line in told) for name in ("raised", "signed", "stopped", "opened")
    }


def _sum(loaded: Stages, key: str) -> int:
    return sum(stage.get(key, 0) for stages in loaded.values() for stage in stages)
