"""A province that existed before 1 July 2025, for carrying the reform out through the pages (`ccvc demo --reform`).

`python -m ccvc.node.demo.reform HOME PEOPLE SEED PASSWORD AUTHORITY` fills a home: both old provinces with their units
and people, as known before; then the catalogue that knows the reform. What is left to do is the province's own part,
whose steps lie in the home as a file.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from ccvc.node import home as homes
from ccvc.node import service
from ccvc.node.cli.application import use_home
from ccvc.node.demo.plan import AUTHORITY, FIRST_PORT, NATIONAL, NODES, POSTGRES, RESULT, NodePlan
from ccvc.node.demo.stage import authority_services, call, timed, write_accounts
from ccvc.node.postgres import Postgres
from ccvc.node.serving import free_port
from ccvc.simulation.authority import DemoAuthority
from ccvc.simulation.reform import reform, write_catalogue_before, write_steps

NODE = NodePlan("H38", "Tỉnh Lào Cai", FIRST_PORT + len(NODES), 1.0)
FOLDER, STEPS = Path("demo-reform"), "cac-viec-sap-xep.csv"
UNITS_SINCE, TAKEN_ON, MOVED_ON = date(2020, 1, 1), date(2024, 1, 1), date(2025, 3, 1)
MOVED = 3
"""Every third of a unit came from the unit before it."""
NAMED = 2
SERVICES_PORT, PEOPLE = 8610, 240
Say = Callable[[str], None]


def prepare(root: Path, *, people: int, seed: int, say: Say) -> dict[str, Any]:
    """Build the home in a folder, or return what an earlier run built there."""
    done = root / RESULT
    if done.exists():
        say(f"Dùng lại dữ liệu đã có trong {root}.")
        return dict(orjson.loads(done.read_bytes()))
    root.mkdir(parents=True, exist_ok=True)
    password, seconds = f"trinh-dien-{secrets.token_hex(3)}", dict[str, float]()
    authority = DemoAuthority.open(root / AUTHORITY)
    authority.serve_at(free_port(SERVICES_PORT))
    home = NODE.home(root)
    homes.create(
        home,
        kind="component",
        agency=NODE.agency,
        name=NODE.name,
        web_port=NODE.port,
        national_agency=NATIONAL,
        database=NODE.database,
        postgres_folder=f"../{POSTGRES}",
        synthetic=True,
        timestamp_urls=[authority.url("tsa")],
    )
    command = [sys.executable, "-m", __name__, str(home), str(people), str(seed), password]
    with (
        Postgres(root / POSTGRES).running(NODE.database),
        authority_services(root),
        timed(seconds, "build", say, f"Dựng hai tỉnh trước ngày {reform().day:%d/%m/%Y} với {people} người"),
    ):
        counts = orjson.loads(call([*command, str(root / AUTHORITY)], home).splitlines()[-1])
    accounts = counts.pop("accounts")
    write_accounts(root, [NODE], {NODE.agency: accounts})
    result = {**counts, "steps": str(home / STEPS), "seconds": seconds}
    done.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))
    return result


def main() -> None:
    """Fill the home named, and print what is in it."""
    home, people, seed, password, authority = sys.argv[1:]
    use_home(Path(home))
    with service.ready():
        accounts = found(Path(home), password, Path(authority))
        everyone = list(served(int(people), int(seed)))
        counts = fill(Path(home), everyone, password)
        accounts += whose(everyone, password)
    sys.stdout.write(orjson.dumps({**counts, "accounts": accounts}).decode() + "\n")


def found(home: Path, password: str, authority: Path) -> list[dict[str, Any]]:
    """The units as they were known before the reform, then what is known of the agencies now, and accounts."""
    from ccvc.access.domain import Subject
    from ccvc.node.demo.people import open_accounts
    from ccvc.organisations.actions import load_catalogue, load_units
    from ccvc.simulation.agencies import write_units

    load_catalogue(write_catalogue_before(home / "catalogue-before"))
    for province in reform().old:
        file = home / f"units-{province}.csv"
        write_units(file, reform().units(province), valid_from=UNITS_SINCE)
        load_units(Subject.system("demo"), file)
    load_catalogue()
    return open_accounts(password, authority)


@dataclass(frozen=True, slots=True)
class Served:
    """Somebody: their dossier of the first day, where they worked then, and where they work since."""

    document: Mapping[str, Any]
    first: str
    first_name: str
    unit: str
    name: str


def fill(home: Path, everyone: list[Served], password: str) -> dict[str, int]:
    """Everyone's dossier, approved; a move inside the province for some; the steps as a file."""
    from ccvc.node.demo.component import approve_all, stamp

    approved = _propose(everyone, "Lập hồ sơ theo danh sách", TAKEN_ON) and approve_all(password)
    movers = [one for one in everyone if one.first != one.unit]
    moved = _propose(movers, "Điều động trong tỉnh", MOVED_ON) and approve_all(password)
    write_steps(home / STEPS, dict(_named(everyone)))
    stamp()
    return {"approved": approved, "moved": moved}


def whose(everyone: list[Served], password: str) -> list[dict[str, Any]]:
    """An account for the last who moved: their dossier names units of three times."""
    from ccvc.node.demo.people import open_person

    moved = [one.document["identity"]["personal_id"] for one in everyone if one.first != one.unit]
    made = open_person(password, moved[-1] if moved else "")
    return [made] if made else []


def served(people: int, seed: int) -> Iterator[Served]:
    """People of both provinces, unit by unit."""
    from ccvc.simulation.people import people as make

    share = people // len(reform().old)
    for province in reform().old:
        units = list(reform().units(province))
        names = {unit.code: unit.name for unit in units}
        before = ""
        for place, one in enumerate(make(seed, province, units, share, on=TAKEN_ON)):
            here = one.unit_code
            first = before if before and place % MOVED == 0 else here
            yield Served(one.document, first, names[first], here, names[here])
            before = here if first == here else before


def _propose(everyone: list[Served], title: str, on: date) -> int:
    """One batch of changes that hold from a day on; how many."""
    from ccvc.changes import actions
    from ccvc.changes.domain import Proposal
    from ccvc.dossiers.selectors import by_personal_ids
    from ccvc.node.demo.component import subject

    first = on == TAKEN_ON
    numbers = [one.document["identity"]["personal_id"] for one in everyone]
    keys = (
        {}
        if first
        else {number: row.key for number, row in by_personal_ids(subject("canbo"), numbers).items()}
    )
    proposals = [
        Proposal(
            keys.get(number),
            one.first if first else one.unit,
            _document(one, first=first),
            on,
            title,
        )
        for number, one in zip(numbers, everyone, strict=True)
    ]
    said = {"title": title, "origin": "office", "source": title, "unit_code": NODE.agency}
    return actions.propose_batch(subject("canbo"), **said, proposals=proposals).created


def _document(one: Served, *, first: bool) -> dict[str, Any]:
    """The dossier as it was on the first day, or since the move."""
    code, name = (one.first, one.first_name) if first else (one.unit, one.name)
    work = {**one.document["employment"], "unit_code": code, "unit_name": name}
    return {**one.document, "employment": work | {"managing_agency": NODE.agency}}


def _named(everyone: list[Served]) -> Iterator[tuple[str, str]]:
    """Of each district's office those without a post who are named to go to the first department."""
    for district in reform().districts:
        plain = [one for one in everyone if one.unit == district.room]
        plain = [one for one in plain if one.document["employment"]["position"].startswith("9")]
        numbers = [one.document["identity"]["personal_id"] for one in plain[:NAMED]]
        if numbers:
            yield district.room, " ".join(numbers)


if __name__ == "__main__":
    main()
