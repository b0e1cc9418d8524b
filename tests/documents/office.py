"""An agency that issues documents: a signer with a key, a clerk with the seal, and tools not ours to check with."""

from __future__ import annotations

import os
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from struct import pack
from typing import Any

import pytest
from django.utils import timezone

from ccvc.access.actions import grant_role
from ccvc.accounts.models import User
from ccvc.documents import actions
from ccvc.documents.actions import Order
from ccvc.documents.models import Document
from ccvc.evidence import storage
from ccvc.signing import certificates, keys
from ccvc.signing.certificates import Use
from ccvc.signing.signers import SoftwareSigner
from ccvc.standard.problems import Problem
from tests import people
from tests.people import AGENCY, SYSTEM, Agency

PURPOSE = "Bổ sung hồ sơ quy hoạch"


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What stands within is refused with this code."""
    with pytest.raises(Problem) as found:
        yield
    assert found.value.code == code


def tool(name: str) -> str:
    """A program not ours; where it is missing the test is passed over, but not in the whole run."""
    found = shutil.which(name)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} is not installed")
        pytest.skip(f"{name} is not installed")
    return found


def run(name: str, *arguments: Any) -> str:
    """What a program not ours says of a file, faults and all."""
    done = subprocess.run([tool(name), *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def signer(agency: Agency, name: str, use: Use = "approve", code: str = AGENCY) -> SoftwareSigner:
    """A key of its own for an account, or for the agency, certified by the agency's authority."""
    assert agency.issuer is not None
    key = _key(name, use)
    person = agency.users[name].full_name if use == "approve" else None
    cert = certificates.issue(
        agency.issuer,
        key.public_key(),
        common_name=name,
        person=person,
        agency_code=code,
        use=use,
        not_before=timezone.now() - timedelta(days=2),
    )
    return SoftwareSigner(key, (cert,))


@cache
def _key(_name: str, _use: Use) -> keys.PrivateKey:
    return keys.generate()


def with_clerk(agency: Agency) -> Agency:
    """The agency with somebody who holds its seal."""
    user = User.objects.create(username="clerk", full_name="Người văn thư")
    agency.users["clerk"] = user
    grant_role(
        SYSTEM,
        user=user,
        role="clerk",
        unit_code=AGENCY,
        valid_from=timezone.localdate() - timedelta(days=9),
        basis="QĐ 2/QĐ-TEST",
    )
    return agency


def order(agency: Agency, key: Any, form: str = "nd27-2026", **more: Any) -> Order:
    keys_of = key if isinstance(key, list) else [key]
    return Order(form, keys_of, more.pop("purpose", PURPOSE), agency.users["approver"], **more)


def issued(
    agency: Agency, key: Any, form: str = "nd27-2026", *, by: str = "officer", **more: Any
) -> Document:
    return actions.issue(agency.subject(by), order(agency, key, form, **more))


def signed(agency: Agency, row: Document) -> Document:
    done = actions.sign(agency.subject("approver"), [row.pk], signer(agency, "approver"))
    assert done.refused == {}
    return done.done[0]


def sealed(agency: Agency, row: Document) -> Document:
    """Signed by the person and by the agency."""
    signed(agency, row)
    return sealed_only(agency, row)


def sealed_only(agency: Agency, row: Document) -> Document:
    """Signed by the agency, after the person has."""
    done = actions.seal(agency.subject("clerk"), [row.pk], signer(agency, "Cơ quan", "seal"))
    assert done.refused == {}
    return done.done[0]


def file_of(row: Document, folder: Path) -> Path:
    """The document's file as a program would find it."""
    file = folder / f"{row.code}.pdf"
    file.write_bytes(storage.read(row.sha256))
    return file


def picture(
    width: int = 300, height: int = 140, colour: bytes = b"\x0a\x2f\xa0", *, clear: bool = True
) -> bytes:
    """A PNG: a slanting stroke of one colour on a clear ground."""
    depth = 4 if clear else 3
    blank = (b"\xff\xff\xff\x00")[:depth]
    ink = (colour + b"\xff")[:depth]
    rows = []
    for y in range(height):
        at = y * width // height
        rows.append(b"\0" + b"".join(ink if abs(x - at) < width // 25 else blank for x in range(width)))
    head = pack(">IIBBBBB", width, height, 8, 6 if clear else 2, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def rich(number: int = 1) -> dict[str, Any]:
    """A document with a value in many fields."""
    whole = people.dossier(number)
    whole["identity"] |= {
        "full_name": "Nguyễn Thị Thuỳ Dương",
        "sex": "2",
        "other_names": '#eval("1") *a* $x$',
    }
    return whole
