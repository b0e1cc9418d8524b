"""Joining nodes into one scheme: the national node's founding, a component's request, the answer, joining."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
from django.conf import settings

from ccvc.access.domain import Subject
from ccvc.exchange import actions
from ccvc.exchange.domain.enrolment import EnrolmentAnswer, EnrolmentRequest
from ccvc.exchange.domain.enrolment import fingerprint as trust_fingerprint
from ccvc.node import home as homes
from ccvc.node.settings import node_settings
from ccvc.standard.documents import UNREADABLE
from ccvc.standard.problems import Problem

REQUEST = "enrolment-request.json"
ANSWER = "enrolment-answer-{agency}.json"
File = TypeVar("File", EnrolmentRequest, EnrolmentAnswer)


def found_scheme(agency: str, name: str) -> None:
    """Make the scheme's authority and the national node's own certificates."""
    home = Path(settings.CCVC_HOME)
    issuer = homes.create_scheme_authority(home)
    host = urlsplit(node_settings().exchange_url).hostname or "localhost"
    homes.issue_own_keys(home, issuer, agency=agency, name=name, host=host)


def write_request(agency: str, name: str, *, home: Path | None = None) -> Path:
    """Write a component's enrolment request into its home, for the national node's administrator."""
    home = home or Path(settings.CCVC_HOME)
    request = actions.enrolment_request(home, agency=agency, name=name)
    return _write(home / REQUEST, request)


def enrol(request_file: Path, *, folder: Path | None = None, component_folder: Path | None = None) -> Path:
    """Issue certificates for a request and write the answer beside it.

    With folders, packages travel as files: `folder` on this side, `component_folder` on the component's.
    """
    node = node_settings()
    issuer = homes.scheme_authority(node.home)
    request = _read(request_file, EnrolmentRequest)
    answer = actions.enrol(
        Subject.system("enrolment"),
        request,
        issuer,
        address=str(component_folder) if component_folder else node.exchange_url,
        transport="file" if folder else "mailbox",
        folder=str(folder) if folder else "",
    )
    return _write(request_file.parent / ANSWER.format(agency=request.agency), answer)


def fingerprint(answer_file: Path) -> str:
    """What the national node's administrator reads out to the component's: SHA-256 over the trust handed over."""
    return trust_fingerprint(_read(answer_file, EnrolmentAnswer).trust)


def join(answer_file: Path, *, fingerprint: str | None = None) -> str:
    """Take up an answer; returns the national node's agency code."""
    answer = _read(answer_file, EnrolmentAnswer)
    return actions.join(Subject.system("enrolment"), answer, fingerprint=fingerprint).agency_code


def _write(file: Path, content: EnrolmentRequest | EnrolmentAnswer) -> Path:
    file.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=2))
    return file


def _read(file: Path, kind: type[File]) -> File:
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except (OSError, *UNREADABLE) as error:
        raise Problem("NOD-FILE", where=str(file), reason=str(error)) from error
