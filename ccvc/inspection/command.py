"""Proofs asked for at the command line: by the administrator of the node, recorded like any look."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction

from ccvc.access.actions import record_look
from ccvc.access.domain import Subject
from ccvc.inspection.actions import prove_entry, prove_versions
from ccvc.inspection.domain import encode
from ccvc.standard.problems import Problem

PURPOSE = "Lập bộ bằng chứng bằng lệnh ccvc ledger prove"


@transaction.atomic
def bundle(version: str, entry: int | None) -> bytes:
    """The bundle of a version (KEY/NUMBER), of all versions (KEY) or of an entry; Problem INS-WHAT for other text."""
    subject = Subject.system("ledger")
    if entry is not None:
        return encode(prove_entry(subject, entry))
    key, number = _read(version)
    room = "registry" if settings.CCVC_KIND == "national" else "dossiers"
    found = encode(prove_versions(subject, key, number, room=room))
    record_look(subject, [key], "export", PURPOSE, version)
    return found


def _read(text: str) -> tuple[UUID, int | None]:
    key, _, number = text.partition("/")
    try:
        return UUID(key), int(number) if number else None
    except ValueError as error:
        raise Problem("INS-WHAT", where="--version") from error
