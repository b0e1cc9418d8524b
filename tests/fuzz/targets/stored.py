"""What is kept: packages at the endpoint and in folders, receipts, files taken in, pages with forms, the ledger."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import orjson
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from ccvc import standard
from ccvc.access.domain import Subject
from ccvc.exchange import actions
from ccvc.exchange.models import Inbound
from ccvc.exchange.transports.file import FileTransport, file_name
from ccvc.intake.actions import open_intake, read
from ccvc.ledger.models import Entry
from ccvc.ledger.verification import verify
from ccvc.node.conformance.samples.draft import approved
from ccvc.node.conformance.samples.scheme import Change, change
from ccvc.standard.problems import Problem
from tests.access.world import fingerprint
from tests.access.world.routes import EXCHANGE, NODE, Route, routes
from tests.fuzz import hostile, mutating, seeds
from tests.fuzz.target import Input, Target, WrongError
from tests.fuzz.targets.intake import _lines, _workbook
from tests.fuzz.targets.packages import built, good_lines, layered
from tests.fuzz.world import COMPONENT, NATIONAL, here
from tests.people import UNIT

SYSTEM = Subject.system("fuzz")
ASIDE = ("exchange_quarantine",)
LOOKS = ("accounts_user", "django_session")


def _change(rng: Random) -> Input:
    """A change whose statement or document was changed before its approver signed it."""
    good = change(rng.randrange(1, 4))
    whole = rng.choice((orjson.loads(good.document), *map(_national, seeds.documents())))
    stated = orjson.loads(good.statement)
    document = mutating.json_bytes(rng, whole) if rng.random() < 0.6 else standard.canonical(whole)
    fitting = standard.digest(document)
    stated |= {"document_sha256": fitting, "national_sha256": fitting}
    if rng.random() < 0.6:
        stated = mutating.changed(rng, stated)
    raw = mutating.canonical(stated) or b"{}"
    return {"layer": "signed", "statement": raw, "document": document.replace(b"\n", b" ")}


@cache
def _projected() -> list[dict[str, Any]]:
    return [standard.national(document) for document in seeds.documents()]


def _national(document: dict[str, Any]) -> dict[str, Any]:
    return _projected()[seeds.documents().index(document)]


def _arriving(rng: Random) -> Input:
    return _change(rng) if rng.random() < 0.5 else layered(rng)


def _package(given: Input, **stated: Any) -> bytes:
    if given["layer"] != "signed":
        return built(given, stated=stated)
    lines = approved(seeds.scheme(), Change(given["statement"], given["document"]))
    return built({"layer": "none"}, lines=lines, stated=stated)


def _deliver(given: Input) -> str:
    """The endpoint answers with a status and a code; what it takes is processed, and the same again changes nothing."""

    def act() -> str:
        data = _package(given)
        answer = _post(data)
        if answer.status_code >= 500 and answer.status_code != 503:
            raise WrongError(f"status {answer.status_code}")
        if answer.status_code >= 400:
            return str(answer.json()["code"])
        actions.process_all(SYSTEM)
        if Inbound.objects.filter(state=Inbound.State.STORED).exists():
            raise WrongError("a package was taken and not processed")
        before = fingerprint()
        if _post(data).status_code != 200 or fingerprint() != before:
            raise WrongError("the same package again was not the same")
        return "taken"

    return here().kept(act, refused=ASIDE, agency=NATIONAL)


def _post(data: bytes) -> Any:
    with override_settings(ROOT_URLCONF=EXCHANGE):
        return Client(enforce_csrf_checks=True).post(
            "/exchange/v1/packages", data, content_type="application/vnd.ccvc.package"
        )


KINDS = {"receipt": (3, 4, 4), "share": (5, 6), "catalogue": (7,)}
"""Which of the good lines a package of the national node holds."""


def _answering(rng: Random) -> Input:
    kind = rng.choice(list(KINDS))
    good = good_lines()
    lines = [good[place] for place in KINDS[kind]]
    at = rng.randrange(len(lines))
    lines[at] = mutating.json_bytes(rng, orjson.loads(lines[at])).replace(b"\n", b" ")
    return {"layer": "lines", "lines": lines, "kind": kind}


def _answer(given: Input) -> str:
    """A component takes what the national node signed, or refuses it; its stream goes on either way."""

    def act() -> str:
        scheme = seeds.scheme()
        sequence, previous = here().last
        stated = {"sender": NATIONAL, "receiver": COMPONENT, "sequence": sequence + 1, "previous": previous}
        more = {
            "sender": NATIONAL,
            "signer": scheme.pair(NATIONAL, "sign"),
            "recipient": scheme.pair(COMPONENT, "encrypt"),
        }
        taken = actions.store_inbound(built(given, stated=stated, **more), "file")
        done = actions.process_inbound(SYSTEM, taken.inbound)
        if done.state == Inbound.State.STORED:
            raise WrongError("a package was taken and not processed")
        return f"processed {done.state}"

    return here().kept(act, refused=ASIDE)


OTHER_FILES = (".x.part", "H41-x.ccvc", "H41-999999999999.ccvc", "G12-000000000001.ccvc")


def _folder(rng: Random) -> Input:
    names = [rng.choice((file_name(COMPONENT, rng.randrange(3)), *OTHER_FILES)) for _ in range(3)]
    return {**layered(rng), "names": names}


def _fetch(given: Input) -> str:
    """Packages from a folder, whatever lies in it."""

    def act() -> str:
        with tempfile.TemporaryDirectory() as folder:
            inbox = Path(folder) / NATIONAL
            inbox.mkdir()
            for name in given["names"]:
                (inbox / name).write_bytes(built(given))
            transport = FileTransport(Path(folder), NATIONAL, COMPONENT)
            for data in transport.fetch(0):
                with suppress(Problem):
                    actions.store_inbound(data, "file")
            transport.tidy(1)
            return f"fetched {len(list(inbox.iterdir()))}"

    return here().kept(act, agency=NATIONAL)


def _file(rng: Random) -> Input:
    given = _workbook(rng) if rng.random() < 0.6 else _lines(rng)
    return {**given, "name": hostile.printable(rng) if rng.random() < 0.3 else "danh sách.xlsx"}


def _take_in(given: Input) -> str:
    """A file is taken in to the end of its dry run, or refused and not there; again, it is the same."""

    def act() -> str:
        officer = here().world.agency.subject("officer")
        intake = open_intake(officer, given["raw"], given["name"], UNIT)
        done = read(intake.pk)
        if done.state == "reading":
            raise WrongError("a file was left half read")
        if open_intake(officer, given["raw"], given["name"], UNIT).pk != intake.pk:
            raise WrongError("the same file is another intake")
        return f"intake {done.state}"

    return here().kept(act)


@cache
def _routes() -> list[tuple[Route, str]]:
    with here().acting_as(COMPONENT):
        samples = here().world.samples
        return [(route, address) for route in routes(NODE) for address in samples.addresses(route)]


NAMES = (
    *("q", "page", "unit", "on", "from", "to", "step", "group", "sort"),
    *("kind", "reason", "valid_from", "date", "note", "change", "changes", "batch", "root"),
    *("passphrase", "username", "next", "list", "state", "code", "by", "and", "year"),
    *("purpose", "text", "rows", "basis", "unit_code", "name", "why-", "reason", "why-valid_from"),
    *("why-kind", "why-truth", "home_town_0", "home_town_1", "after", "bucket", "lang"),
)
ASKING = ("officer", "verifier", "approver", "administrator", "owner", "inspector", "analyst")


def _page(rng: Random) -> Input:
    pairs = [[rng.choice(NAMES), hostile.printable(rng)[:20_000]] for _ in range(rng.randint(1, 4))]
    return {
        "which": rng.random(),
        "role": rng.choice(ASKING),
        "post": rng.random() < 0.35,
        "pairs": pairs,
        "file": rng.randbytes(30) if rng.random() < 0.1 else b"",
        "part": rng.random() < 0.3,
    }


def _ask(given: Input) -> str:
    """A page answers whatever is asked of it or typed into it; an answer is never that it broke."""
    route, address = _routes()[int(given["which"] * len(_routes()))]
    client = here().world.clients[given["role"]]
    client.raise_request_exception = True
    agency = NATIONAL if route.national else COMPONENT

    def act() -> str:
        data: dict[str, Any] = dict(map(tuple, given["pairs"]))
        headers = {"HX-Request": "true"} if given["part"] else None
        if given["post"] and given["file"]:
            data["file"] = SimpleUploadedFile("a.xlsx", given["file"])
        with override_settings(ROOT_URLCONF=route.urlconf):
            if given["post"]:
                answer = client.post(address, data, headers=headers)
            else:
                answer = client.get(f"{address}?{urlencode(data)}", headers=headers)
            b"".join(answer) if answer.streaming else answer.content
        if answer.status_code >= 500:
            raise WrongError(f"{route.name}: status {answer.status_code}")
        return f"status {answer.status_code}"

    cookies = dict(client.cookies.items())
    try:
        return here().kept(act, agency=agency)
    finally:
        client.cookies.clear()
        client.cookies.update(cookies)


def _declared(rng: Random) -> Input:
    group = rng.choice([group.name for group in standard.current().groups.values() if group.fields])
    fields = standard.current().groups[group].fields
    typed = {field.name: hostile.printable(rng)[:20_000] for field in rng.sample(fields, min(len(fields), 4))}
    return {
        "group": group,
        "typed": typed,
        "reason": rng.choice(("Quyết định 12", hostile.printable(rng)[:600])),
        "day": rng.choice(("21/11/2026", hostile.printable(rng)[:50])),
    }


def _declare(given: Input) -> str:
    """A declaration with hostile values is proposed, or given back with what is wrong; what is kept can be read."""

    def act() -> str:
        key = here().world.keys["planted"]
        client = here().world.clients["officer"]
        typed = {
            (f"{name}_0" if _is_place(given["group"], name) else name): text
            for name, text in given["typed"].items()
        }
        why = {
            "why-kind": "update",
            "why-valid_from": given["day"],
            "why-reason": given["reason"],
            "why-truth": "on",
        }
        with override_settings(ROOT_URLCONF=NODE):
            answer = client.post(_address(key, given["group"]), {**typed, **why})
            if answer.status_code >= 500:
                raise WrongError(f"status {answer.status_code}")
            if answer.status_code == 302:
                client.get(answer["Location"])
        return f"status {answer.status_code}"

    return here().kept(act)


def _address(key: Any, group: str) -> str:
    return reverse("changes:declare", NODE, kwargs={"key": key, "group": group})


def _is_place(group: str, name: str) -> bool:
    return standard.current().fields[f"{group}.{name}"].type == "place"


def _kept_bytes(rng: Random) -> Input:
    return {
        "column": rng.choice(("payload", "subject", "kind", "leaf_hash", "nodes")),
        "value": hostile.printable(rng).replace("\x00", "")[:200],
        "raw": rng.randbytes(32),
        "which": rng.random(),
    }


def _verify(given: Input) -> str:
    """The ledger says what does not fit; it never breaks, whatever stands in its tables."""

    def act() -> str:
        entries = list(Entry.objects.order_by("pk").values_list("pk", flat=True))
        pk = entries[int(given["which"] * len(entries))]
        field = Entry._meta.get_field(given["column"])
        binary = field.get_internal_type() == "BinaryField"
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            new = given["raw"] if binary else given["value"][: field.max_length or 200]
            cursor.execute(
                f'UPDATE {Entry._meta.db_table} SET "{field.column}" = %s WHERE {Entry._meta.pk.column} = %s',
                [new, pk],
            )
        return f"verified {verify().ok}"

    return here().kept(act)


TARGETS = [
    Target("delivery", _arriving, _deliver, 4, stored=True),
    Target("answer", _answering, _answer, 3, stored=True),
    Target("folder", _folder, _fetch, 1, stored=True),
    Target("file", _file, _take_in, 3, stored=True),
    Target("page", _page, _ask, 4, stored=True),
    Target("declaration", _declared, _declare, 2, stored=True),
    Target("ledger", _kept_bytes, _verify, 1, stored=True),
]
