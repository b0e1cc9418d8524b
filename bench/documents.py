"""Documents of many people: issued, signed by a person and by the agency, beside bare layout and bare signing.

A run as its page starts it, by as many processes as there are cores; then both signatures on each document. In the
same run, by the same processes: typst alone on the very contents that were issued, and pyHanko's own signer alone
putting two signatures with the same pictures on each of those files, certificates and keys in hand. The limit: at least
half the rate of the slower of the two. Sizes: BENCH_DOCUMENTS (200; the whole measure is 10,000), BENCH_FORM
(nd27-2026).
"""

from __future__ import annotations

import io
import os
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from ccvc.node.postgres import Postgres

DOCUMENTS = int(os.environ.get("BENCH_DOCUMENTS", "200"))
FORM = os.environ.get("BENCH_FORM", "nd27-2026")
PROCESSES = os.cpu_count() or 1
WARM, ROUND = 40, 200
"""People served before time is taken, and people of a round: ours and the bare parts are measured in turn."""
LEAST = 0.5
AGENCY, UNIT = "H41", "H41.12"
MOMENT = datetime(2026, 11, 22, 3, tzinfo=UTC)


@dataclass
class Result:
    """How many documents, and seconds by the clock for each of the three by all processes.

    `memory`: MiB of the largest process while issuing and signing.
    """

    documents: int
    pages: int
    issuing: float
    ours: float
    layout: float
    signing: float
    memory: int

    def __add__(self, other: Result) -> Result:
        spent = (self.issuing + other.issuing, self.ours + other.ours)
        bare = (self.layout + other.layout, self.signing + other.signing)
        memory = max(self.memory, other.memory)
        return Result(self.documents + other.documents, self.pages + other.pages, *spent, *bare, memory)

    @property
    def ratio(self) -> float:
        """Our rate to that of the slower of the two, by as many processes."""
        return max(self.layout, self.signing) / self.ours

    @property
    def holds(self) -> bool:
        """The limit holds."""
        return self.ratio >= LEAST

    def text(self) -> str:
        """The measure for people."""
        ours, layout, signing = (self.documents / t for t in (self.ours, self.layout, self.signing))
        said = [
            f"documents: {self.documents:,} of form {FORM} ({self.pages / self.documents:.1f} pages each), all by",
            f"{PROCESSES} processes: issued and signed twice {ours:.1f} a second (issuing alone",
            f"{self.documents / self.issuing:.1f}); bare layout {layout:.1f}, two bare signatures {signing:.1f}:",
            f"{self.ratio:.2f} of the slower (limit {LEAST}); {self.memory} MiB a process",
        ]
        return " ".join(said)


def run() -> Result:
    """Found a component, give it dossiers, issue and sign for all of them; then the bare parts."""
    with tempfile.TemporaryDirectory() as folder:
        server = Postgres(Path(folder) / "postgres")
        os.environ |= {"CCVC_HOME": folder, "DJANGO_SETTINGS_MODULE": "ccvc.node.django_settings"}
        os.environ |= {"CCVC_AGENCY": AGENCY, "CCVC_PUBLIC_ADDRESS": "https://kiemtra.example.vn"}
        with server.running("bench_documents"):
            os.environ["CCVC_DATABASE_URL"] = server.url("bench_documents")
            return _measured()


def _measured() -> Result:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    _found()
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), initializer=_ready) as pool:
        list(pool.map(_warm, range(PROCESSES)))
        keys = _keys()
        _round(pool, keys[:WARM])
        whole = [keys[first : first + ROUND] for first in range(WARM, len(keys), ROUND)]
        return sum((_round(pool, part) for part in whole[1:]), _round(pool, whole[0]))


def _round(pool: ProcessPoolExecutor, keys: Sequence[UUID]) -> Result:
    """The whole and its bare parts of some people, one after another: what slows the machine slows all three."""
    run_id, started = _ordered(keys), time.perf_counter()
    ids = _parts(pool, _issue, [run_id] * PROCESSES)
    issuing = time.perf_counter() - started
    _parts(pool, _sign, _shares(ids))
    ours = time.perf_counter() - started
    memory = max(pool.map(_memory, range(PROCESSES)))
    contents, pages = _contents(ids)
    layout = _timed(pool, _lay_out, _shares(contents))
    files = [_typeset(content) for content in contents]
    signing = _timed(pool, _bare_sign, _shares(files))
    return Result(len(ids), pages, issuing, ours, layout, signing, memory)


def _timed(pool: ProcessPoolExecutor, act: Callable[[Any], Any], shares: Sequence[Any]) -> float:
    started = time.perf_counter()
    _parts(pool, act, shares)
    return time.perf_counter() - started


def _parts(pool: ProcessPoolExecutor, act: Callable[[Any], Any], shares: Sequence[Any]) -> list[Any]:
    """An act on shares, one a process; what they gave, joined."""
    return sorted({one for part in pool.map(act, shares) for one in part})


def _shares(things: Sequence[Any]) -> list[list[Any]]:
    return [list(things[place::PROCESSES]) for place in range(PROCESSES)]


def _found() -> None:
    """The agency with an officer, a signer and a clerk, and the dossiers."""
    from django.conf import settings

    from ccvc.organisations.models import UnitState
    from ccvc.signing import certificates, keys
    from tests.documents.office import signer, with_clerk
    from tests.people import found_agency

    home = Path(settings.CCVC_HOME)
    agency = with_clerk(found_agency(home))
    for made, name in ((signer(agency, "approver"), "approver"), (signer(agency, "Cơ quan", "seal"), "seal")):
        (home / f"{name}.pem").write_text(keys.to_pem(made.private, None) + certificates.to_pem(made.chain))
    _fill(UnitState.objects.get(code=UNIT).unit_id)


def _fill(unit_id: int) -> None:
    from django.utils import timezone

    from ccvc.dossiers.models import Dossier, Version
    from ccvc.signing.models import Signature
    from ccvc.simulation.agencies import units_for
    from ccvc.simulation.people import people
    from ccvc.standard import canonical

    now, places = timezone.now(), count(1)
    signature = Signature.objects.create(
        payload=b"x", jws={}, leaves=b"", digest="0" * 64, signer_name="bench", serial="1", at=now
    )
    wanted = WARM + DOCUMENTS
    for one in people(1, AGENCY, units_for(AGENCY, wanted), wanted):
        dossier = Dossier.objects.create(agency_code=AGENCY, unit_id=unit_id, current_number=1, opened_at=now)
        place = next(places)
        Version.objects.create(
            dossier=dossier,
            number=1,
            position=place,
            hash=place.to_bytes(32, "big"),
            statement="{}",
            document=canonical(one.document).decode(),
            valid_from=date(2026, 1, 1),
            known_at=now,
            signature=signature,
            leaf=0,
        )


def _ready() -> None:
    """Have a process ready: settings, rooms, libraries."""
    import django

    django.setup()
    import tests.documents.office  # noqa: F401 - brought in before time is taken


def _warm(_number: int) -> None:
    """Fonts and templates are read, and both processes are there."""
    from ccvc.documents import typesetting

    content = {
        "name": "x",
        "width": 100,
        "height": 50,
        "size": 10,
        "ink": "#000000",
        "picture": [],
        "lines": ["x"],
    }
    typesetting.stamp(content)
    time.sleep(1)


def _memory(_number: int) -> int:
    """MiB this process took at most; a moment is taken so that each process answers for itself."""
    time.sleep(0.2)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _subject(name: str) -> Any:
    from ccvc.access.selectors import subject_of
    from ccvc.accounts.models import User

    return subject_of(User.objects.get(username=name))


def _keys() -> list[UUID]:
    from ccvc.dossiers.models import Dossier

    return list(Dossier.objects.order_by("pk").values_list("key", flat=True))


def _ordered(keys: Sequence[UUID]) -> UUID:
    from ccvc.accounts.models import User
    from ccvc.documents import actions

    order = actions.Order(FORM, keys, "Đo tốc độ", User.objects.get(username="approver"))
    run: UUID = actions.start(_subject("officer"), order).pk
    return run


def _issue(run_id: UUID) -> list[UUID]:
    """One process's part of a run that several share."""
    from ccvc.documents import actions

    return [row.pk for row in actions.go_on(run_id).documents.all()]


def _signer(name: str) -> Any:
    """The key of the approver, or of the agency."""
    from django.conf import settings

    from ccvc.signing import certificates, keys
    from ccvc.signing.signers import SoftwareSigner

    text = (Path(settings.CCVC_HOME) / f"{name}.pem").read_text()
    key, mark, chain = text.partition("-----BEGIN CERTIFICATE")
    return SoftwareSigner(keys.from_pem(key), certificates.from_pem(mark + chain))


def _sign(ids: list[UUID]) -> list[UUID]:
    """Both signatures on each document, a hundred at a time as the pages do."""
    from ccvc.documents import actions

    person, seal = _signer("approver"), _signer("seal")
    approver, clerk = _subject("approver"), _subject("clerk")
    for first in range(0, len(ids), 100):
        part = ids[first : first + 100]
        for outcome in (actions.sign(approver, part, person), actions.seal(clerk, part, seal)):
            if outcome.refused:
                raise next(iter(outcome.refused.values()))
    return ids


def _contents(ids: Sequence[UUID]) -> tuple[list[bytes], int]:
    """What was laid out of each document, and the pages of all."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    from ccvc.documents import catalogue, composing
    from ccvc.documents.composing import Drawn, Head
    from ccvc.documents.models import Document
    from ccvc.dossiers.domain import parse
    from ccvc.dossiers.models import Version
    from ccvc.evidence import storage

    contents, pages, form = [], 0, catalogue.form(FORM)
    for row in Document.objects.filter(pk__in=ids):
        version = Version.objects.get(dossier__key=row.people.get().person_key)
        drawn = Drawn(row.people.get().person_key, row.unit_id, parse(version.document), 1, "")
        issuer = composing.issuer_on(row.issued_on)
        head = Head(issuer, str(row), row.issued_on, row.signer_lines, row.signer_name, [], row.code)
        content = composing.compose(form, [drawn], row.chosen, head, row.known_at, row.valid_on)
        contents.append(orjson.dumps(content))
        pages += int(PdfFileReader(io.BytesIO(storage.read(row.sha256))).root["/Pages"]["/Count"])
    return contents, pages


def _typeset(content: bytes) -> bytes:
    from ccvc.documents import typesetting

    return typesetting.typeset(orjson.loads(content), MOMENT).pdf


def _lay_out(contents: list[bytes]) -> list[int]:
    """Typst alone."""
    _ready()
    return [len(_typeset(content)) for content in contents]


def _bare_sign(files: list[bytes]) -> list[int]:
    """PyHanko's own signer alone: two visible signatures on each file."""
    from asn1crypto import keys as asn1_keys
    from asn1crypto import x509 as asn1_x509
    from cryptography.hazmat.primitives import serialization as plain
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign import fields, signers
    from pyhanko.stamp import StaticStampStyle
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    from ccvc.documents import typesetting
    from ccvc.documents.pades import _Picture

    person = _signer("approver")
    der = person.private.private_bytes(plain.Encoding.DER, plain.PrivateFormat.PKCS8, plain.NoEncryption())
    cert = asn1_x509.Certificate.load(person.chain[0].public_bytes(plain.Encoding.DER))
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped
    registry.register(cert)
    signer = signers.SimpleSigner(
        signing_cert=cert, signing_key=asn1_keys.PrivateKeyInfo.load(der), cert_registry=registry
    )
    shown = {"name": "x", "width": 159, "height": 74, "size": 10, "ink": "#0a2fa0", "picture": []}
    picture = typesetting.stamp(shown | {"lines": ["Ký bởi: Người approver", "2026-11-22T10:00:00+07:00"]})

    def once(pdf: bytes, name: str, box: tuple[int, int, int, int]) -> bytes:
        metadata = signers.PdfSignatureMetadata(
            field_name=name, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
        )
        made = signers.PdfSigner(
            metadata,
            signer=signer,
            stamp_style=StaticStampStyle(
                background=_Picture(PdfFileReader(io.BytesIO(picture))), background_opacity=1, border_width=0
            ),
            new_field_spec=fields.SigFieldSpec(name, on_page=0, box=box),
        )
        out = io.BytesIO()
        made.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out, bytes_reserved=16_384)
        return out.getvalue()

    return [len(once(once(pdf, "A", (10, 10, 90, 60)), "B", (90, 10, 190, 60))) for pdf in files]
