"""Handing a file out: as a download under the name of its own format, never shown as a page of this node."""

from __future__ import annotations

from pathlib import PurePath

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from ccvc.access.domain import Subject
from ccvc.evidence import selectors
from ccvc.evidence.formats import FORMATS
from ccvc.evidence.models import Attachment, StoredFile

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def download(subject: Subject, paper: Attachment) -> HttpResponse:
    """A paper. The caller has recorded the look. Problem EVI-INFECTED, EVI-NOT-SCANNED, EVI-GONE."""
    return _given(selectors.content(subject, paper), paper.file, paper.file_name)


def handed_out(file: StoredFile, name: str) -> HttpResponse:
    """A stored file as it came, under this name; as `download`."""
    return _given(selectors.content_of(file, name), file, name)


def _given(content: bytes, file: StoredFile, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=FORMATS[file.format].media_type, headers=HEADERS)
    called = plain_name(file, name)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=called)
    return answer


def plain_name(file: StoredFile, name: str) -> str:
    """The name it came under, without what is no letter of a name, with the suffix its content asks for."""
    stem = PurePath(name.replace("\\", "/")).stem
    plain = "".join(c if c.isalnum() or c in " -_.()" else "_" for c in stem).strip(" .")
    return f"{plain or file.sha256[:12]}.{file.format}"
